package dev.presence.benchmarks;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.List;

/** The statuses of some users as people read them by hand, who have a key each: one awaited {@code MGET} by Lettuce. Thread-safe. */
final class Mget implements AutoCloseable {
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;

    Mget(String uri) {
        client = RedisClient.create(uri);
        connection = client.connect();
    }

    /** How many of these are online. */
    long online(List<String> users) {
        String[] keys = new String[users.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = "presence:user:" + users.get(i);
        }
        long online = 0;
        for (KeyValue<String, String> answer : connection.sync().mget(keys)) {
            online += answer.hasValue() ? 1 : 0;
        }
        return online;
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}
