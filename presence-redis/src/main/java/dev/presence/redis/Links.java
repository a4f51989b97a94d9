package dev.presence.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.function.Consumer;

/** The connections of a store: one for commands, one that hears of transitions. */
final class Links implements AutoCloseable {
    private final StatefulConnection<byte[], byte[]> commands;
    private final StatefulRedisPubSubConnection<String, String> heard;
    private final boolean sharded;
    private final Runnable onClose;

    private Links(
            StatefulConnection<byte[], byte[]> commands,
            StatefulRedisPubSubConnection<String, String> heard,
            boolean sharded,
            Runnable onClose) {
        this.commands = commands;
        this.heard = heard;
        this.sharded = sharded;
        this.onClose = onClose;
    }

    static Links open(AbstractRedisClient client, Runnable onClose) {
        StatefulConnection<byte[], byte[]> commands = null;
        try {
            if (client instanceof RedisClusterClient cluster) {
                StatefulRedisClusterConnection<byte[], byte[]> connection = cluster.connect(ByteArrayCodec.INSTANCE);
                commands = connection;
                boolean sharded = hasShardedChannels(connection.sync().info("server"));
                return new Links(commands, cluster.connectPubSub(StringCodec.UTF8), sharded, onClose);
            }
            RedisClient single = (RedisClient) client;
            commands = single.connect(ByteArrayCodec.INSTANCE);
            return new Links(commands, single.connectPubSub(StringCodec.UTF8), false, onClose);
        } catch (RuntimeException e) {
            if (commands != null) {
                commands.close();
            }
            onClose.run();
            throw e;
        }
    }

    /** Redis 7.0 has them, and what came of it. */
    private static boolean hasShardedChannels(String info) {
        return info.lines()
                .filter(line -> line.startsWith("redis_version:"))
                .anyMatch(line -> Integer.parseInt(
                                line.substring("redis_version:".length()).split("\\.", 2)[0])
                        >= 7);
    }

    StatefulConnection<byte[], byte[]> commands() {
        return commands;
    }

    boolean isCluster() {
        return commands instanceof StatefulRedisClusterConnection;
    }

    /** A section of INFO, on a cluster of any one node. */
    String info(String section) {
        return commands instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster
                ? cluster.sync().info(section)
                : ((StatefulRedisConnection<byte[], byte[]>) commands).sync().info(section);
    }

    /** Which master a key is with, as far as is known. */
    Object masterOf(byte[] key) {
        if (commands instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster) {
            RedisClusterNode node = cluster.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
            return node == null ? "unknown" : node.getNodeId();
        }
        return "the one";
    }

    /** Whether channels have slots, so that a message stays on the master of its group. */
    boolean isSharded() {
        return sharded;
    }

    /** Has messages on some channels come to a consumer, on a thread of the client. */
    void listen(List<String> channels, Consumer<String> onMessage) {
        heard.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String from, String message) {
                onMessage.accept(message);
            }

            @Override
            public void smessage(String from, String message) {
                onMessage.accept(message);
            }
        });
        if (sharded) {
            channels.forEach(this::listenAgain); // each to its own master
        } else {
            heard.sync().subscribe(channels.toArray(String[]::new));
        }
    }

    /**
     * Subscribes to a channel that has a slot. The client does not do so by itself when the slot moves: see
     * <a href="https://github.com/redis/lettuce/issues/3213">its issue 3213</a>.
     */
    void listenAgain(String channel) {
        var unused = heard.async().ssubscribe(channel);
    }

    @Override
    public void close() {
        commands.close();
        heard.close();
        onClose.run();
    }
}
