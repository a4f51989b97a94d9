package dev.presence.testkit;

import static dev.presence.testkit.StoreRules.settings;

import dev.presence.ManualClock;
import dev.presence.PresenceStore;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

interface ConcurrencyRules extends StoreRules {
    /** How many random histories are run; {@code -Dpresence.histories} says otherwise. */
    int HISTORIES = Integer.getInteger("presence.histories", 10_000);

    /**
     * How many random histories are run on this store, for one that is slow.
     *
     * @return {@link #HISTORIES} unless overridden
     */
    default int histories() {
        return HISTORIES;
    }

    @Test
    @Tag("concurrency")
    @DisplayName("R1 to R7: whatever four threads do on two nodes could have happened one call after the other")
    default void concurrentHistoriesAreLinearizable() throws InterruptedException {
        ManualClock clock = ManualClock.create();
        ReadingsClock readings = new ReadingsClock(clock);
        PresenceStore store = given(settings(), readings);
        Long replayed =
                Long.getLong("presence.seed"); // the same calls again and again, since threads never meet twice alike
        long first = new Random().nextInt(Integer.MAX_VALUE);
        try (ConcurrentHistories histories = new ConcurrentHistories(clock, readings, store, another(store))) {
            for (int i = 0; i < histories(); i++) {
                histories.run(replayed != null ? replayed : first + i);
            }
        }
    }
}
