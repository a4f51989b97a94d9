package dev.presence;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what the store does not do just now, and says so in the log when it begins and ends: about once a minute at most,
 * however it flickers.
 */
final class Outage {
    /** What is asked of a store; one can fail while another works. */
    enum Activity {
        WRITE,
        SWEEP,
        READ
    }

    private static final Logger log = LoggerFactory.getLogger(HeartbeatTracker.class);
    private static final long QUIET_NANOS = 60_000_000_000L;

    private final PresenceClock clock;
    private final Map<Activity, Throwable> problems =
            new EnumMap<>(Activity.class); // guarded by this, as are all below
    private long sinceNanos;
    private long loggedNanos;
    private boolean logged;
    private volatile boolean on; // spares those who have nothing to report the lock

    Outage(PresenceClock clock) {
        this.clock = clock;
        loggedNanos = clock.nanos() - QUIET_NANOS;
    }

    synchronized void failed(Activity activity, Throwable cause) {
        long nanos = clock.nanos();
        if (problems.isEmpty()) {
            sinceNanos = nanos;
            logged = nanos - loggedNanos >= QUIET_NANOS;
            if (logged) {
                loggedNanos = nanos;
                log.warn("The presence store does not answer; beats wait in memory until it does", cause);
            }
        }
        problems.put(activity, cause);
        on = true;
    }

    /** Whether the store failed at something and has not done it since. */
    boolean isOn() {
        return on;
    }

    void worked(Activity activity) {
        if (on) {
            recovered(activity);
        }
    }

    private synchronized void recovered(Activity activity) {
        problems.remove(activity);
        if (activity == Activity.SWEEP) {
            problems.remove(Activity.READ); // or a host that never asks again would seem to be cut off for ever
        }
        if (problems.isEmpty() && on) {
            on = false;
            if (logged) {
                log.info("The presence store answers again, after {}", Duration.ofNanos(clock.nanos() - sinceNanos));
            }
        }
    }

    synchronized TrackerHealth health() {
        Optional<Throwable> problem = problems.values().stream().findFirst();
        return problem.isEmpty()
                ? new TrackerHealth(TrackerHealth.State.UP, Duration.ZERO, problem)
                : new TrackerHealth(
                        TrackerHealth.State.STORE_UNAVAILABLE, Duration.ofNanos(clock.nanos() - sinceNanos), problem);
    }
}
