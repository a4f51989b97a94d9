package dev.presence;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers whether the store answers, and says so in the log once when that changes. */
final class Outage {
    private static final Logger log = LoggerFactory.getLogger(HeartbeatTracker.class);

    private final PresenceClock clock;
    private volatile @Nullable Throwable problem;
    private long sinceNanos; // guarded by this

    Outage(PresenceClock clock) {
        this.clock = clock;
    }

    void failed(Throwable cause) {
        synchronized (this) {
            boolean first = problem == null;
            problem = cause;
            if (!first) {
                return;
            }
            sinceNanos = clock.nanos();
        }
        log.warn("The presence store does not answer; beats wait in memory until it does", cause);
    }

    void worked() {
        if (problem == null) {
            return;
        }
        Duration lasted;
        synchronized (this) {
            if (problem == null) {
                return;
            }
            problem = null;
            lasted = Duration.ofNanos(clock.nanos() - sinceNanos);
        }
        log.info("The presence store answers again, after {}", lasted);
    }

    boolean isOn() {
        return problem != null;
    }

    synchronized TrackerHealth health() {
        Throwable cause = problem;
        return cause == null
                ? new TrackerHealth(TrackerHealth.State.UP, Duration.ZERO, Optional.empty())
                : new TrackerHealth(
                        TrackerHealth.State.STORE_UNAVAILABLE,
                        Duration.ofNanos(clock.nanos() - sinceNanos),
                        Optional.of(cause));
    }
}
