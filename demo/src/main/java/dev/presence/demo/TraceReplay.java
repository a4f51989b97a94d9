package dev.presence.demo;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.ManualClock;
import dev.presence.Presence;
import dev.presence.PresenceClock;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.StoreSettings;
import dev.presence.TrackerStats;
import dev.presence.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Beats of the past through a tracker of today, on a clock that the beats drive. Not thread-safe.
 *
 * <p>A store on a server gets the beats of one second in one batch, and is asked to sweep only when someone may have lapsed.
 */
final class TraceReplay implements AutoCloseable {
    /**
     * How long beats are buffered, and claims wait for those that are, where a store is on a server: the least there is, as the
     * beats of a second come at the same instant, and a returning user is to be met by all claims of the time before.
     */
    private static final Duration FLUSH_INTERVAL = Duration.ofMillis(1);

    private final Duration timeout;
    private final ManualClock clock;
    private final OpenStore opened;
    private final HeartbeatTracker tracker;
    private final OnlineCurve curve;
    private final Set<String> users = new HashSet<>();
    private Instant now;
    private long beats;
    private long online;
    private long offline;
    private long peak;

    TraceReplay(BiFunction<StoreSettings, PresenceClock, OpenStore> opening, Duration timeout, Instant start) {
        this.timeout = timeout;
        now = start;
        clock = ManualClock.startingAt(start);
        curve = new OnlineCurve(start);
        StoreSettings settings =
                StoreSettings.defaults().withRetention(StoreSettings.UNLIMITED).withTimeout(timeout);
        opened = opening.apply(settings, clock);
        try {
            // Under a driven clock each claim happens at its exact instant; more sweeps than it takes only cost time.
            tracker = HeartbeatTracker.builder(opened.store())
                    .sweepInterval(timeout)
                    .flushInterval(FLUSH_INTERVAL)
                    .build();
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        var unused = tracker.addListener(this::count);
    }

    /**
     * The user was alive at that time, which is not before the last one.
     *
     * @throws PresenceStoreUnavailableException if the store has failed since
     */
    void beat(Beat beat) {
        advanceTo(beat.at());
        tracker.heartbeat(beat.user());
        users.add(beat.user());
        beats++;
    }

    /** Has the clock run past the last time-out. */
    ReplaySummary finish() {
        advanceTo(now.plus(timeout).plusMillis(1).plus(FLUSH_INTERVAL));
        TrackerStats stats = tracker.stats();
        if (stats.count(Counter.SWEEP_FAILURES) + stats.count(Counter.FLUSH_FAILURES) > 0) { // it was back at once
            throw new PresenceStoreUnavailableException("the store failed on the way, so there are no exact figures");
        }
        return new ReplaySummary(beats, users.size(), online, offline, peak);
    }

    OnlineCurve curve() {
        return curve;
    }

    private void advanceTo(Instant at) {
        clock.advance(Duration.between(now, at));
        now = at;
        tracker.health().problem().ifPresent(problem -> {
            throw new PresenceStoreUnavailableException(
                    "the store failed on the way: " + problem.getMessage(), problem);
        });
    }

    private void count(Transition transition) {
        if (transition.presence() == Presence.ONLINE) {
            online++;
        } else {
            offline++;
        }
        peak = Math.max(peak, online - offline);
        curve.add(transition.at(), online - offline);
    }

    @Override
    public void close() {
        tracker.close();
        opened.close();
    }
}
