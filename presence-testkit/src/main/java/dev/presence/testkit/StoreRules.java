package dev.presence.testkit;

import dev.presence.ManualClock;
import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import java.time.Duration;

/** What the rules, each an interface with its tests, need of the contract that gathers them. */
interface StoreRules {
    /** A fresh store on this clock, closed after the test. */
    PresenceStore given(StoreSettings settings, PresenceClock clock);

    /** The same store as another node sees it, closed after the test. */
    PresenceStore another(PresenceStore store);

    void afterTest(Runnable action);

    default StoreUnderTest given(StoreSettings settings) {
        ManualClock clock = ManualClock.create();
        PresenceStore store = given(settings, clock);
        return new StoreUnderTest(clock, store, another(store));
    }

    default StoreUnderTest given() {
        return given(settings());
    }

    static StoreSettings settings() {
        return StoreSettings.defaults();
    }

    static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }
}
