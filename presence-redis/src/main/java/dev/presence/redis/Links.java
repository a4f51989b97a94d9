package dev.presence.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/** The connections of a store: one for commands, one that hears of transitions. */
final class Links implements AutoCloseable {
    private final StatefulConnection<byte[], byte[]> commands;
    private final StatefulRedisPubSubConnection<String, String> heard;
    private final Runnable onClose;

    private Links(
            StatefulConnection<byte[], byte[]> commands,
            StatefulRedisPubSubConnection<String, String> heard,
            Runnable onClose) {
        this.commands = commands;
        this.heard = heard;
        this.onClose = onClose;
    }

    static Links open(AbstractRedisClient client, Runnable onClose) {
        StatefulConnection<byte[], byte[]> commands = null;
        try {
            if (client instanceof RedisClusterClient cluster) {
                commands = cluster.connect(ByteArrayCodec.INSTANCE);
                return new Links(commands, cluster.connectPubSub(StringCodec.UTF8), onClose);
            }
            RedisClient single = (RedisClient) client;
            commands = single.connect(ByteArrayCodec.INSTANCE);
            return new Links(commands, single.connectPubSub(StringCodec.UTF8), onClose);
        } catch (RuntimeException e) {
            if (commands != null) {
                commands.close();
            }
            onClose.run();
            throw e;
        }
    }

    StatefulConnection<byte[], byte[]> commands() {
        return commands;
    }

    /** Which master a key is with, as far as is known. */
    Object masterOf(byte[] key) {
        if (commands instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster) {
            RedisClusterNode node = cluster.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
            return node == null ? "unknown" : node.getNodeId();
        }
        return "the one";
    }

    /** Calls back for every message on a channel, on a thread of the client. */
    void subscribe(String channel, Runnable onMessage) {
        heard.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String from, String message) {
                onMessage.run();
            }
        });
        heard.sync().subscribe(channel);
    }

    @Override
    public void close() {
        commands.close();
        heard.close();
        onClose.run();
    }
}
