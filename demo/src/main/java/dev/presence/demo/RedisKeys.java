package dev.presence.demo;

import dev.presence.PresenceStoreUnavailableException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisKeyCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;

/** Clears away what a replay leaves behind in a Redis that goes on. */
final class RedisKeys {
    private static final int AT_ONCE = 1_000;

    private RedisKeys() {}

    /** Deletes all keys of a store. */
    static void delete(String uri, String prefix) {
        try (RedisClient client = RedisClient.create(uri);
                StatefulRedisConnection<String, String> connection = client.connect()) {
            if (connection.sync().info("cluster").contains("cluster_enabled:1")) {
                deleteOfCluster(uri, prefix);
            } else {
                delete(connection.sync(), prefix);
            }
        } catch (RedisException e) {
            throw new PresenceStoreUnavailableException(
                    "the keys of the replay, " + prefix + ":*, could not be deleted: " + e.getMessage(), e);
        }
    }

    private static void deleteOfCluster(String uri, String prefix) {
        try (RedisClusterClient client = RedisClusterClient.create(uri);
                StatefulRedisClusterConnection<String, String> connection = client.connect()) {
            delete(connection.sync(), prefix);
        }
    }

    private static void delete(RedisKeyCommands<String, String> redis, String prefix) {
        ScanIterator.scan(redis, ScanArgs.Builder.matches(prefix + ":*").limit(AT_ONCE)).stream()
                .forEach(redis::unlink);
    }
}
