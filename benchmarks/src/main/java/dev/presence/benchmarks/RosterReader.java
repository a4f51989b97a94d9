package dev.presence.benchmarks;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongBiFunction;
import java.util.function.ToLongFunction;
import org.redisson.api.RMapCache;
import org.redisson.api.RedissonClient;
import redis.clients.jedis.UnifiedJedis;

/** How many of some users are online, as people read it by hand who have written the beats by hand: awaited. Thread-safe. */
record RosterReader(ToLongFunction<List<String>> reading, Runnable closing) implements AutoCloseable {
    long online(List<String> users) {
        return reading.applyAsLong(users);
    }

    @Override
    public void close() {
        closing.run();
    }

    /** Reads what beats of this way have written. */
    static RosterReader of(BeatWay way, BeatWriter.Job job) {
        return switch (way) {
            case JEDIS -> jedis(job.uri());
            case ZSET -> sortedSet(job.uri(), job.timeoutSeconds() * 1_000L);
            case REDISSON -> redisson(job.uri());
            default -> mget(job.uri());
        };
    }

    /** Users who have a key each, by Lettuce on one connection for all threads. */
    static RosterReader mget(String uri) {
        return lettuce(uri, (commands, users) -> {
            long online = 0;
            for (KeyValue<String, String> answer : commands.mget(keys(users))) {
                online += answer.hasValue() ? 1 : 0;
            }
            return online;
        });
    }

    private static RosterReader sortedSet(String uri, long timeoutMillis) {
        return lettuce(uri, (commands, users) -> {
            double lapsed = (double) (System.currentTimeMillis() - timeoutMillis);
            long online = 0;
            for (Double beat : commands.zmscore(BeatWay.KEY, users.toArray(String[]::new))) {
                online += beat != null && beat >= lapsed ? 1 : 0;
            }
            return online;
        });
    }

    private static RosterReader lettuce(
            String uri, ToLongBiFunction<RedisCommands<String, String>, List<String>> reading) {
        RedisClient client = RedisClient.create(uri);
        StatefulRedisConnection<String, String> connection = client.connect();
        return new RosterReader(users -> reading.applyAsLong(connection.sync(), users), () -> {
            connection.close();
            client.shutdown();
        });
    }

    /** A connection of its pool for each thread. */
    private static RosterReader jedis(String uri) {
        UnifiedJedis jedis = redis.clients.jedis.RedisClient.create(uri); // not the one of Lettuce
        return new RosterReader(
                users -> jedis.mget(keys(users)).stream()
                        .filter(Objects::nonNull)
                        .count(),
                jedis::close);
    }

    private static RosterReader redisson(String uri) {
        RedissonClient client = RedissonBeats.client(uri, 2);
        RMapCache<String, String> beats = client.getMapCache(BeatWay.KEY);
        return new RosterReader(users -> beats.getAll(Set.copyOf(users)).size(), client::shutdown);
    }

    private static String[] keys(List<String> users) {
        String[] keys = new String[users.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = BeatWriter.keyOf(users.get(i));
        }
        return keys;
    }
}
