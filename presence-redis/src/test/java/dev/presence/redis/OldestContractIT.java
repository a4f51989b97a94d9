package dev.presence.redis;

import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import dev.presence.servers.RedisServer;
import dev.presence.testkit.PresenceStoreContract;
import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.AfterAll;

/** One Redis of the oldest release that is supported, 6.2, keeps the contract. */
class OldestContractIT extends PresenceStoreContract {
    private static final RedisServer SERVER = RedisServer.startOldest();
    private static final RedisClient CLIENT = RedisClient.create(SERVER.uri());
    private static int opened;

    @AfterAll
    static void stop() {
        CLIENT.shutdown();
        SERVER.close();
    }

    @Override
    protected PresenceStore open(StoreSettings settings, PresenceClock clock) {
        opened++;
        return store(settings, clock);
    }

    @Override
    protected PresenceStore openAnother(PresenceStore store) {
        return store(store.settings(), store.clock());
    }

    private static PresenceStore store(StoreSettings settings, PresenceClock clock) {
        return RedisPresenceStore.builder(CLIENT)
                .keyPrefix("contract" + opened)
                .settings(settings)
                .clock(clock)
                .expectedUsers(1_000)
                .groups(4)
                .build();
    }
}
