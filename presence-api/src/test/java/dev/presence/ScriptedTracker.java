package dev.presence;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A tracker on a store that does as the test says. */
abstract class ScriptedTracker {
    final ScriptedStore store = new ScriptedStore();
    HeartbeatTracker tracker = HeartbeatTracker.create(store);

    @AfterEach
    void close() {
        store.onRecord = batch -> store.done();
        tracker.close();
    }

    final HeartbeatTrackerBuilder anew() {
        tracker.close();
        return HeartbeatTracker.builder(store).closeTimeout(Duration.ofMillis(50));
    }

    final void pass(long millis) {
        store.clock.advanceMillis(millis);
    }

    final void storeIsDown() {
        store.onRecord = batch -> {
            throw ScriptedStore.down();
        };
    }

    final List<Write> recorded() {
        return store.batches.stream().flatMap(batch -> batch.writes().stream()).toList();
    }

    final long count(Counter counter) {
        return tracker.stats().count(counter);
    }
}
