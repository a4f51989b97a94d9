package dev.presence.redis;

import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import dev.presence.testkit.PresenceStoreContract;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract on a Redis that all tests share: each has keys of its own. */
abstract class RedisContract extends PresenceStoreContract {
    private static final AtomicInteger OPENED = new AtomicInteger();

    private String keyPrefix = "";

    /** A builder on the Redis of these tests. */
    abstract RedisPresenceStoreBuilder builder();

    @Override
    protected PresenceStore open(StoreSettings settings, PresenceClock clock) {
        keyPrefix = "contract" + OPENED.incrementAndGet();
        return store(settings, clock);
    }

    @Override
    protected PresenceStore openAnother(PresenceStore store) {
        return store(store.settings(), store.clock());
    }

    private PresenceStore store(StoreSettings settings, PresenceClock clock) {
        return builder()
                .keyPrefix(keyPrefix)
                .settings(settings)
                .clock(clock)
                .expectedUsers(1_000)
                .build();
    }
}
