package dev.presence.redis;

import dev.presence.PresenceClock;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.StoreSettings;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Settings of a Redis store. Not thread-safe; can be used again. */
public final class RedisPresenceStoreBuilder {
    private static final int MOST_GROUPS = 4_096;
    private static final int MOST_QUEUED = 50_000; // commands stay in the client until answered, cancelled ones too
    private static final int MOST_ATTEMPTS = 3;
    private static final Duration LEAST_CONNECT = Duration.ofSeconds(2);
    private static final Duration RECONNECT = Duration.ofMillis(500);
    private static final Duration TOPOLOGY_REFRESH = Duration.ofMillis(500);

    private final @Nullable RedisURI uri;
    private final @Nullable AbstractRedisClient client;
    private StoreSettings settings = StoreSettings.defaults();
    String keyPrefix = "presence";
    long expectedUsers = 1_000_000;

    @Nullable
    Integer groups; // as many as go with the users

    Duration commandTimeout = Duration.ofSeconds(2);

    @Nullable
    PresenceClock clock;

    private @Nullable ReadFrom readFrom;

    RedisPresenceStoreBuilder(String uri) {
        this.uri = parse(uri);
        this.client = null;
    }

    private static RedisURI parse(String uri) {
        try {
            return RedisURI.create(uri);
        } catch (IllegalArgumentException e) { // its message and its cause have the password
            throw new IllegalArgumentException(
                    "this is no URI of Redis; in a user or password, percent-encode what a URI may not"
                            + " hold as it is");
        }
    }

    RedisPresenceStoreBuilder(AbstractRedisClient client) {
        this.uri = null;
        this.client = client;
    }

    /**
     * A session with no beat for longer than this is lapsed. Default: 30 s; at least 1 ms. Shared by all nodes.
     *
     * @param value the timeout
     * @return this
     */
    public RedisPresenceStoreBuilder timeout(Duration value) {
        settings = settings.withTimeout(value);
        return this;
    }

    /**
     * How much longer than the timeout the offline transition waits. Default: zero. Shared by all nodes.
     *
     * @param value the grace
     * @return this
     */
    public RedisPresenceStoreBuilder grace(Duration value) {
        settings = settings.withGrace(value);
        return this;
    }

    /**
     * How long last seen is kept, counted from last seen, once the user is offline. Default: 30 days. Zero forgets at once,
     * {@link StoreSettings#UNLIMITED} never. Shared by all nodes.
     *
     * @param value the retention
     * @return this
     */
    public RedisPresenceStoreBuilder retention(Duration value) {
        settings = settings.withRetention(value);
        return this;
    }

    /**
     * The most live sessions of one user; when one more begins, the oldest goes. Default: 16. Shared by all nodes.
     *
     * @param value the cap
     * @return this
     */
    public RedisPresenceStoreBuilder maximumSessions(int value) {
        settings = settings.withMaximumSessions(value);
        return this;
    }

    /**
     * All shared settings at once. To change them for nodes that run, raise {@link StoreSettings#version()}.
     *
     * @param value the settings
     * @return this
     */
    public RedisPresenceStoreBuilder settings(StoreSettings value) {
        settings = value;
        return this;
    }

    /**
     * What the names of all keys and of the channel begin with. Default: {@code presence}. Tenants with different prefixes
     * never meet. Braces are refused, since they would choose a slot.
     *
     * @param value the prefix
     * @return this
     */
    public RedisPresenceStoreBuilder keyPrefix(String value) {
        if (value.isBlank() || value.indexOf('{') >= 0 || value.indexOf('}') >= 0) {
            throw new IllegalArgumentException("the key prefix must not be blank nor hold braces: " + value);
        }
        keyPrefix = value;
        return this;
    }

    /**
     * How many users there will be, offline ones within the retention too. Default: a million. It sets the number of buckets. The
     * first node decides it for all; a later one that brings a higher version of the settings has users move to as many buckets
     * as it expects, while all nodes go on. Fewer users cost nothing; four times as many and more cost memory and time.
     *
     * @param value the number of users
     * @return this
     */
    public RedisPresenceStoreBuilder expectedUsers(long value) {
        if (value < 1 || value > 10_000_000_000L) {
            throw new IllegalArgumentException("expectedUsers must be between 1 and ten billion, not " + value);
        }
        expectedUsers = value;
        return this;
    }

    /** Into how many slots users are spread; the first node decides it for all. */
    RedisPresenceStoreBuilder groups(int value) {
        if (value < 1 || value > MOST_GROUPS) {
            throw new IllegalArgumentException("groups must be between 1 and " + MOST_GROUPS + ", not " + value);
        }
        groups = value;
        return this;
    }

    /**
     * How long a call waits for Redis before it fails. Default: 2 s.
     *
     * @param value the timeout
     * @return this
     */
    public RedisPresenceStoreBuilder commandTimeout(Duration value) {
        if (value.isNegative() || value.toMillis() == 0) {
            throw new IllegalArgumentException("commandTimeout must be at least 1 ms, not " + value);
        }
        commandTimeout = value;
        return this;
    }

    /**
     * Which nodes statuses are read from, such as {@link ReadFrom#REPLICA_PREFERRED}. Default: the primary. All else, and with it
     * what a tracker's own users and listeners are told, goes to the primary anyway.
     *
     * <p>A replica answers with what has reached it: its answers are judged by the primary's time, and they can be behind by as
     * much as the replica is, that is by at most three sweep intervals of the trackers (3 s by default), as a replica that has
     * not heard of a sweep for longer is passed over for the primary. Where a primary has several replicas, one of them is looked at.
     *
     * @param value where to read from
     * @return this
     */
    public RedisPresenceStoreBuilder readFrom(ReadFrom value) {
        readFrom = value;
        return this;
    }

    /**
     * A clock that tells the store's time in place of the server, for tests and replays. All nodes have to share it: give
     * further stores {@link RedisPresenceStore#clock()} of the first.
     *
     * @param value a clock that the caller closes
     * @return this
     */
    public RedisPresenceStoreBuilder clock(PresenceClock value) {
        clock = value;
        return this;
    }

    /** What this node would have all agree on. */
    SharedSettings sharedSettings() {
        Integer set = groups;
        return SharedSettings.ours(
                settings, keyPrefix, set == null ? Layout.groups(expectedUsers) : set, expectedUsers);
    }

    /**
     * Connects, and agrees with the other nodes on what is shared.
     *
     * @return a store, to be closed by the caller
     * @throws PresenceStoreUnavailableException if Redis cannot be reached
     * @throws IllegalArgumentException if other nodes hold other settings that are as new; the message has both
     */
    public RedisPresenceStore build() {
        Links links = open();
        try {
            requirePrimary(links);
            return new RedisPresenceStore(this, links);
        } catch (RedisException e) {
            links.close();
            throw unavailable(e);
        } catch (RuntimeException | Error e) {
            links.close();
            throw e;
        }
    }

    /** A replica that has the settings would be read from without a word, and no beat would ever be recorded. */
    private static void requirePrimary(Links links) {
        if (!links.isCluster() && links.info("replication").contains("role:slave")) {
            throw new PresenceStoreUnavailableException(
                    "READONLY: this Redis is a replica; name its primary, or the Sentinels that know which one that is");
        }
    }

    private Links open() {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt();
            } catch (RedisException e) {
                // Lettuce can close a connection that Redis refuses before it has looked up who waits for it, and
                // then says no more than that. What Redis said is told by the next attempt, most likely.
                boolean isReasonLost = e.getCause() instanceof IllegalStateException
                        || e.getCause() instanceof RedisConnectionException;
                if (attempt == MOST_ATTEMPTS || !isReasonLost) {
                    throw unavailable(e);
                }
            }
        }
    }

    private Links attempt() {
        AbstractRedisClient given = client;
        RedisURI from = uri;
        if (given != null) {
            if (readFrom != null && given instanceof RedisClient) {
                throw new IllegalArgumentException(
                        "to find the replicas, readFrom needs a URI, or a RedisClusterClient");
            }
            return Links.open(given, readFrom, null, () -> {});
        }
        if (from == null) {
            throw new IllegalStateException("neither a URI nor a client");
        }
        return connect(from);
    }

    private Links connect(RedisURI from) {
        from.setTimeout(commandTimeout.compareTo(LEAST_CONNECT) < 0 ? LEAST_CONNECT : commandTimeout);
        from.setLibraryName(""); // or each connection needs one right more, which older servers do not know
        from.setLibraryVersion("");
        ClientResources resources = ClientResources.builder()
                .reconnectDelay(Delay.constant(RECONNECT))
                .build();
        AbstractRedisClient own = null;
        try {
            AbstractRedisClient opened =
                    isCluster(resources, from) ? cluster(resources, from) : single(resources, from);
            own = opened;
            return Links.open(opened, readFrom, from, () -> {
                opened.shutdown();
                var unused = resources.shutdown(0, 2, TimeUnit.SECONDS);
            });
        } catch (RuntimeException e) {
            if (own == null) {
                var unused = resources.shutdown(0, 2, TimeUnit.SECONDS); // else closed with the links
            }
            throw e;
        }
    }

    private static boolean isCluster(ClientResources resources, RedisURI from) {
        RedisClient asking = RedisClient.create(resources, from);
        try (StatefulRedisConnection<String, String> connection = asking.connect()) {
            return connection.sync().info("cluster").contains("cluster_enabled:1");
        } finally {
            asking.shutdown();
        }
    }

    private static RedisClient single(ClientResources resources, RedisURI from) {
        RedisClient own = RedisClient.create(resources, from);
        own.setOptions(ClientOptions.builder()
                .requestQueueSize(MOST_QUEUED)
                // A pipeline waits for all of its commands at once: none needs a timer of its own.
                .timeoutOptions(TimeoutOptions.create())
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        return own;
    }

    private static RedisClusterClient cluster(ClientResources resources, RedisURI from) {
        RedisClusterClient own = RedisClusterClient.create(resources, from);
        own.setOptions(
                ClusterClientOptions.builder() // not REJECT_COMMANDS: it rejects while a first connection is made
                        .requestQueueSize(MOST_QUEUED)
                        .nodeFilter(node -> !isKnownToBeDead(node))
                        .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                                .adaptiveRefreshTriggersTimeout(TOPOLOGY_REFRESH)
                                .refreshTriggersReconnectAttempts(1)
                                .enablePeriodicRefresh(Duration.ofSeconds(10))
                                .build())
                        .build());
        return own;
    }

    /** It would be asked for the topology, and be complained about in the log, for as long as the cluster remembers it. */
    private static boolean isKnownToBeDead(RedisClusterNode node) {
        return node.is(RedisClusterNode.NodeFlag.FAIL);
    }

    private static PresenceStoreUnavailableException unavailable(RedisException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return new PresenceStoreUnavailableException(
                "Redis cannot be reached: " + e.getMessage() + ": " + cause.getMessage(), e);
    }
}
