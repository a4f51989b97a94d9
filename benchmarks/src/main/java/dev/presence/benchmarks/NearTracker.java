package dev.presence.benchmarks;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.LocalView;
import dev.presence.PresenceStore;

/** A tracker with a view of everyone. */
final class NearTracker {
    private static final String LAST_ONE = "-"; // whom nobody knows: of her a view of everyone need not ask twice

    private NearTracker() {}

    /** Waits until the view is there. */
    static HeartbeatTracker on(PresenceStore store) throws InterruptedException {
        HeartbeatTracker tracker =
                HeartbeatTracker.builder(store).localView(LocalView.EVERYONE).build();
        long misses;
        do {
            Thread.sleep(1_000);
            misses = tracker.stats().count(Counter.VIEW_MISSES);
            tracker.status(LAST_ONE);
        } while (misses == 0);
        if (tracker.stats().count(Counter.VIEW_MISSES) != misses) {
            tracker.close();
            throw new IllegalStateException("the view asks the store");
        }
        return tracker;
    }
}
