package dev.presence.demo;

import dev.presence.HeartbeatTracker;
import dev.presence.ManualClock;
import dev.presence.Presence;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import dev.presence.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** Beats of the past through a tracker of today, on a clock that the beats drive. Not thread-safe. */
final class TraceReplay implements AutoCloseable {
    private final Duration timeout;
    private final ManualClock clock;
    private final PresenceStore store;
    private final HeartbeatTracker tracker;
    private final OnlineCurve curve;
    private final Set<String> users = new HashSet<>();
    private Instant now;
    private long beats;
    private long online;
    private long offline;
    private long peak;

    TraceReplay(StoreKind kind, Duration timeout, Instant start) {
        this.timeout = timeout;
        now = start;
        clock = ManualClock.startingAt(start);
        curve = new OnlineCurve(start);
        StoreSettings settings =
                StoreSettings.defaults().withRetention(StoreSettings.UNLIMITED).withTimeout(timeout);
        store = kind.open(settings, clock);
        try {
            // Under a driven clock each claim happens at its exact instant; more sweeps than it takes only cost time.
            tracker = HeartbeatTracker.builder(store).sweepInterval(timeout).build();
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        var unused = tracker.addListener(this::count);
    }

    /** The user was alive at that time, which is not before the last one. */
    void beat(Beat beat) {
        advanceTo(beat.at());
        tracker.heartbeat(beat.user());
        users.add(beat.user());
        beats++;
    }

    /** Has the clock run past the last time-out. */
    ReplaySummary finish() {
        advanceTo(now.plus(timeout).plusMillis(1));
        return new ReplaySummary(beats, users.size(), online, offline, peak);
    }

    OnlineCurve curve() {
        return curve;
    }

    private void advanceTo(Instant at) {
        clock.advance(Duration.between(now, at));
        now = at;
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
        store.close();
    }
}
