package dev.presence.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import io.lettuce.core.protocol.DefaultEndpoint;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a store: one for commands; one for statuses, so that none waits behind a batch of beats; one for statuses
 * from replicas if a host wants that; one that hears of transitions.
 */
final class Links implements AutoCloseable {
    private final StatefulConnection<byte[], byte[]> commands;
    private final StatefulConnection<byte[], byte[]> statuses;
    private final @Nullable StatefulConnection<byte[], byte[]> replicas;
    private final StatefulRedisPubSubConnection<String, String> heard;
    private final boolean sharded;
    private final Runnable onClose;

    private Links(
            StatefulConnection<byte[], byte[]> commands,
            StatefulConnection<byte[], byte[]> statuses,
            @Nullable StatefulConnection<byte[], byte[]> replicas,
            StatefulRedisPubSubConnection<String, String> heard,
            boolean sharded,
            Runnable onClose) {
        this.commands = commands;
        this.statuses = statuses;
        this.replicas = replicas;
        this.heard = heard;
        this.sharded = sharded;
        this.onClose = onClose;
    }

    /**
     * Connects.
     *
     * @param readFrom which nodes statuses may be read from; null for the primary alone
     * @param uri where the client connects to, known if it is ours
     * @param onClose run when the connections are closed, or cannot be opened
     */
    static Links open(
            AbstractRedisClient client, @Nullable ReadFrom readFrom, @Nullable RedisURI uri, Runnable onClose) {
        List<StatefulConnection<?, ?>> opened = new ArrayList<>();
        try {
            return client instanceof RedisClusterClient cluster
                    ? open(cluster, readFrom, opened, onClose)
                    : open((RedisClient) client, readFrom, uri, opened, onClose);
        } catch (RuntimeException e) {
            opened.forEach(StatefulConnection::close);
            onClose.run();
            throw e;
        }
    }

    private static Links open(
            RedisClusterClient client,
            @Nullable ReadFrom readFrom,
            List<StatefulConnection<?, ?>> opened,
            Runnable onClose) {
        StatefulRedisClusterConnection<byte[], byte[]> commands = client.connect(ByteArrayCodec.INSTANCE);
        opened.add(commands);
        StatefulRedisClusterConnection<byte[], byte[]> statuses = client.connect(ByteArrayCodec.INSTANCE);
        opened.add(statuses);
        StatefulRedisClusterConnection<byte[], byte[]> replicas = null;
        if (readFrom != null) {
            replicas = client.connect(ByteArrayCodec.INSTANCE);
            opened.add(replicas);
            replicas.setReadFrom(readFrom);
        }
        boolean sharded = hasShardedChannels(commands.sync().info("server"));
        return new Links(commands, statuses, replicas, client.connectPubSub(StringCodec.UTF8), sharded, onClose);
    }

    private static Links open(
            RedisClient client,
            @Nullable ReadFrom readFrom,
            @Nullable RedisURI uri,
            List<StatefulConnection<?, ?>> opened,
            Runnable onClose) {
        StatefulRedisConnection<byte[], byte[]> commands = client.connect(ByteArrayCodec.INSTANCE);
        opened.add(commands);
        StatefulRedisConnection<byte[], byte[]> statuses = client.connect(ByteArrayCodec.INSTANCE);
        opened.add(statuses);
        StatefulRedisMasterReplicaConnection<byte[], byte[]> replicas = null;
        if (readFrom != null && uri != null) {
            replicas = MasterReplica.connect(client, ByteArrayCodec.INSTANCE, uri);
            opened.add(replicas);
            replicas.setReadFrom(readFrom);
        }
        return new Links(commands, statuses, replicas, client.connectPubSub(StringCodec.UTF8), false, onClose);
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

    /** For statuses. */
    StatefulConnection<byte[], byte[]> statuses() {
        return statuses;
    }

    /** For statuses, if these may be read from replicas. */
    @Nullable
    StatefulConnection<byte[], byte[]> replicas() {
        return replicas;
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

    /** Gives up connections that are open and dead: the client makes new ones, behind Sentinel to whoever is the primary now. */
    void reconnect() {
        disconnect(commands);
        disconnect(statuses);
        disconnect(heard);
    }

    /**
     * Not on a cluster, which agrees on who is dead, so that the client drops the connections to those; nor with a client of the
     * host that has time-outs for single commands, which hide the connection from us.
     */
    private static void disconnect(StatefulConnection<?, ?> connection) {
        if (connection instanceof RedisChannelHandler<?, ?> handler
                && handler.getChannelWriter() instanceof DefaultEndpoint endpoint) {
            endpoint.disconnect();
        }
    }

    @Override
    public void close() {
        commands.close();
        statuses.close();
        if (replicas != null) {
            replicas.close();
        }
        heard.close();
        onClose.run();
    }
}
