package dev.presence.testkit;

import dev.presence.HeartbeatTrackerBuilder;
import dev.presence.ManualClock;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import java.util.function.UnaryOperator;

/** What the tracker rules need of the contract that gathers them. */
interface TrackerRules extends StoreRules {
    /** Trackers on a fresh store, closed after the test. */
    default TrackerUnderTest tracking(StoreSettings settings, UnaryOperator<HeartbeatTrackerBuilder> tracker) {
        ManualClock clock = ManualClock.create();
        PresenceStore store = given(settings, clock);
        TrackerUnderTest it = new TrackerUnderTest(clock, store, another(store), tracker);
        afterTest(it::close);
        return it;
    }

    default TrackerUnderTest tracking(UnaryOperator<HeartbeatTrackerBuilder> tracker) {
        return tracking(StoreRules.settings(), tracker);
    }

    default TrackerUnderTest tracking() {
        return tracking(UnaryOperator.identity());
    }
}
