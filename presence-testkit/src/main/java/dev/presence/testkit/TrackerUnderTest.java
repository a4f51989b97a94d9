package dev.presence.testkit;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.HeartbeatTrackerBuilder;
import dev.presence.ManualClock;
import dev.presence.PresenceStore;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A tracker that buffers, on a store that can be made to fail, beside the tracker of another node that works. */
final class TrackerUnderTest {
    static final long FLUSH = 200;

    final ManualClock clock;
    final PresenceStore store;
    final FaultyStore faulty;
    final HeartbeatTracker tracker;
    final HeartbeatTracker other;
    final RecordingListener listener = new RecordingListener();

    TrackerUnderTest(
            ManualClock clock,
            PresenceStore store,
            PresenceStore another,
            UnaryOperator<HeartbeatTrackerBuilder> settings) {
        this.clock = clock;
        this.store = store;
        this.faulty = new FaultyStore(store);
        this.tracker = settings.apply(HeartbeatTracker.builder(faulty)).build();
        this.other = HeartbeatTracker.create(new FaultyStore(another));
        clock.runDue();
        tracker.addListener(listener);
    }

    void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    /** Lets what is buffered reach the store. */
    void flush() {
        pass(FLUSH);
    }

    long count(Counter counter) {
        return tracker.stats().count(counter);
    }

    void close() {
        tracker.close();
        other.close();
    }
}
