package dev.presence.redis;

import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import dev.presence.servers.RedisCluster;
import dev.presence.testkit.PresenceStoreContract;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import org.junit.jupiter.api.AfterAll;

/** A cluster of three masters, each with a replica, keeps the contract. */
class ClusterContractIT extends PresenceStoreContract {
    private static final RedisCluster CLUSTER = RedisCluster.start();
    private static final RedisClusterClient CLIENT = RedisClusterClient.create(
            CLUSTER.uris().stream().map(RedisURI::create).toList());
    private static int opened;

    @AfterAll
    static void stop() {
        CLIENT.shutdown();
        CLUSTER.close();
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
                .groups(6)
                .build();
    }
}
