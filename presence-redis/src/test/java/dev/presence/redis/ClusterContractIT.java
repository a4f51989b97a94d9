package dev.presence.redis;

import dev.presence.servers.RedisCluster;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import org.junit.jupiter.api.AfterAll;

/** A cluster of three masters, each with a replica, keeps the contract. */
class ClusterContractIT extends RedisContract {
    private static final RedisCluster CLUSTER = RedisCluster.start();
    private static final RedisClusterClient CLIENT = RedisClusterClient.create(
            CLUSTER.uris().stream().map(RedisURI::create).toList());

    @AfterAll
    static void stop() {
        CLIENT.shutdown();
        CLUSTER.close();
    }

    @Override
    RedisPresenceStoreBuilder builder() {
        return RedisPresenceStore.builder(CLIENT).groups(6);
    }
}
