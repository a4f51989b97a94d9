package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.OnlinePage;
import dev.presence.PresenceClock;
import dev.presence.PresenceStoreException;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.SignallingPresenceStore;
import dev.presence.StatusBatch;
import dev.presence.StoreReply;
import dev.presence.StoreSettings;
import dev.presence.StoreStats;
import dev.presence.Subscription;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import dev.presence.WriteBatch;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Presence in Redis: on one server, behind Sentinel, or on Redis Cluster; 6.2 and later. Run so far on 6.2 and 7.0.
 *
 * <p><b>Layout.</b> A user is in a bucket of about {@value Layout#USERS_PER_BUCKET}, by a hash under a secret that the nodes share.
 * Buckets are in groups, 64 for a million expected users; all keys of a group have one hash tag and so lie in one slot, and the
 * tags are chosen so that the groups are even over the slots. {@code {t}} is the tag of a group and {@code b} the number of a bucket:
 *
 * <pre>
 * prefix:settings  HASH    what the nodes agree on, the secret among it; each group has a copy of the layout
 * prefix:turn      STRING  which node sweeps for all, for one and a half sweep intervals
 * prefix:{t}pb     HASH    user -&gt; newest beat while online, last seen with a minus after; more if the user has sessions
 * prefix:{t}x      HASH    user -&gt; sessions and tombstones, where they would not fit a compact bucket
 * prefix:{t}d      ZSET    bucket -&gt; a time before which nothing in it is due
 * prefix:{t}m      HASH    epoch, sequence, highest time, last sweep, quiet period, online count
 * prefix:{t}l      STREAM  the recent transitions: of the last ten seconds up to 16,000, else about 1,000, about an hour old at most
 * prefix:feed      channel for a word after each entry of a stream; on a cluster of 7.0 and later prefix:{t}f for each group
 * </pre>
 *
 * <p><b>Commands.</b> {@link #record}: one {@code EVALSHA} per group touched, which for a beat of the default session is an
 * {@code HGET} and an {@code HSET} per user. {@link #statuses}: an {@code HGET} per user, an {@code HMGET} and {@code TIME}; on a
 * cluster a short script per master in place of the latter two. {@link #expire}: a word on whose turn it is; for the one whose turn
 * it is a short script per group, then a script per eight buckets that are due, a few at a time. {@link #feed}: an {@code XRANGE}
 * per group that grew, and once a second an {@code HMGET} per group. {@link #online}: {@code ZRANGE} of some groups, then {@code HGETALL} of buckets. All of
 * one step go to each master in one pipeline, so they take one round trip. Scripts name every key they touch; ids are arguments,
 * never source.
 *
 * <p><b>More users than expected.</b> Bring a higher {@link StoreSettings#version()} together with another
 * {@link RedisPresenceStoreBuilder#expectedUsers}, one node after the other: with each sweep that looks one bucket of every group is emptied
 * into the new ones, and all operations go on, as everybody looks into both. A million users take some minutes. The number of
 * groups stays.
 *
 * <p><b>Time</b> is the server's; each group's never runs back. {@link #clockSkew} tells how far the host's is from it.
 *
 * <p><b>Transitions.</b> A transition is written to its group's stream in the script that claims it, with a contiguous number and
 * an epoch that changes when the data was lost or another process took it over. Each tracker reads each of them once from there.
 * Messages on the channel only say that there is something to read: one that is lost costs a second, and no transition. A reader
 * that was away for longer than the stream reaches is told so, and reads the list of online users again.
 *
 * <p><b>What is lost with the server.</b> What Redis loses, presence loses: without persistence everything at a restart, with the
 * append-only file up to a second of writes, in a failover what was not replicated. Online users are back with their next
 * beat; last seen of others is gone. Nobody is claimed offline for one timeout after.
 *
 * <p>Thread-safe. A call that Redis does not answer in time throws {@link PresenceStoreUnavailableException}. After three waits in
 * vain the connections are given up and made anew, so that a hung primary behind Sentinel does not keep this node; not so with a
 * client of the host that has time-outs for single commands.
 */
public final class RedisPresenceStore implements SignallingPresenceStore {
    private static final Logger log = LoggerFactory.getLogger(RedisPresenceStore.class);
    private static final byte[] ONLINE = "online".getBytes(US_ASCII);

    private static final long SIGNAL_MILLIS = 20;

    private static final long AGREE_MILLIS =
            60_000; // how often the settings are said again, lest they be evicted or lost

    private final GroupCalls calls;
    private final PresenceClock clock;
    private final boolean ownsClock;
    private final Feed feed;
    private final Relocation relocation;
    private final List<Runnable> signals = new CopyOnWriteArrayList<>();
    private final LongAdder sessionsDropped = new LongAdder();
    private volatile long agreedMillis;
    private final AtomicReference<@Nullable Sweep> lastSweep = new AtomicReference<>();
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    RedisPresenceStore(RedisPresenceStoreBuilder builder, Links links) {
        PresenceClock given = builder.clock;
        ownsClock = given == null;
        clock = given == null ? PresenceClock.system() : PresenceClock.monotone(given);
        calls = new GroupCalls(
                links,
                builder.keyPrefix,
                builder.commandTimeout,
                clock,
                given == null ? null : clock,
                builder.sharedSettings());
        agreedMillis = calls.elapsedMillis();
        feed = new Feed(calls);
        relocation = new Relocation(calls);
        calls.listen(this::heard);
        EvictionPolicy.check(links);
    }

    /** Lets a few messages gather, as each read of the feed is a round trip. */
    private void heard(String message) {
        feed.hear(message);
        if (signalled.compareAndSet(false, true)) {
            clock.schedule(this::signal, calls.isDriven() ? 0 : SIGNAL_MILLIS, 0);
        }
    }

    private void signal() {
        signalled.set(false);
        signals.forEach(Runnable::run);
    }

    /**
     * A store with default settings.
     *
     * @param uri where Redis is, such as {@code redis://localhost}; a cluster is noticed
     * @return a store, to be closed by the caller
     * @throws PresenceStoreUnavailableException if Redis cannot be reached
     */
    public static RedisPresenceStore create(String uri) {
        return builder(uri).build();
    }

    /**
     * A store with settings, on a client of its own.
     *
     * @param uri where Redis is, in the forms that Lettuce knows: {@code redis://}, {@code rediss://} for TLS,
     *     {@code redis-sentinel://}; with user, password and database if need be. A cluster is noticed
     * @return a builder
     */
    public static RedisPresenceStoreBuilder builder(String uri) {
        return new RedisPresenceStoreBuilder(uri);
    }

    /**
     * A store with settings, on a client of the host, who closes it.
     *
     * @param client a client that was created with a URI
     * @return a builder
     */
    public static RedisPresenceStoreBuilder builder(RedisClient client) {
        return new RedisPresenceStoreBuilder(client);
    }

    /**
     * A store with settings, on a cluster client of the host, who closes it.
     *
     * @param client a client of the cluster
     * @return a builder
     */
    public static RedisPresenceStoreBuilder builder(RedisClusterClient client) {
        return new RedisPresenceStoreBuilder(client);
    }

    @Override
    public StoreSettings settings() {
        return calls.shared().settings();
    }

    @Override
    public PresenceClock clock() {
        return clock;
    }

    /**
     * How far the server's clock is ahead of this host's, negative if it is behind, by the server's last answer. For an eye on the
     * clocks alone: no status depends on the host's.
     *
     * @return the difference, late by what the answer took to come
     */
    public Duration clockSkew() {
        return Duration.ofMillis(calls.now().orElse(clock.millis()) - clock.millis());
    }

    @Override
    public StoreReply record(WriteBatch batch) {
        if (batch.writes().isEmpty()) {
            return new StoreReply(StoreReply.Verdict.DONE, statuses(List.of()).nowMillis());
        }
        Recording recording = new Recording(calls, batch);
        StoreReply reply = recording.run();
        sessionsDropped.add(recording.sessionsDropped());
        return reply;
    }

    @Override
    public StatusBatch statuses(List<String> users) {
        StatusBatch told = calls.readsReplicas() ? new StatusRead(calls, users).runOnReplicas() : null;
        return told != null ? told : calls.agreement().read(() -> new StatusRead(calls, users).run());
    }

    @Override
    public SweepReply expire(SweepRequest request) {
        long askedMillis = calls.elapsedMillis(); // when the request was made, whatever is waited for first
        agreeAnewOnceInAWhile();
        SweepReply elsewhere = Turn.elsewhere(calls, request);
        if (elsewhere != null) {
            lastSweep.set(null);
            return elsewhere;
        }
        for (int attempt = 0; attempt < Agreement.MOST_TRIES; attempt++) {
            Sweep sweep = new Sweep(calls, request, attempt, askedMillis, lastSweep.getAndSet(null));
            SweepReply reply = sweep.run();
            if (reply != null && (attempt == 0 || calls.agreement().agreesStill())) {
                lastSweep.set(sweep);
                if (!sweep.reachedAll()) {
                    Turn.giveBack(calls, request); // to a node that may reach more
                } else if (sweep.hasLooked()) {
                    relocate(sweep);
                }
                return reply;
            }
            calls.agreement().agreeAnew();
        }
        throw calls.agreement().disagreement();
    }

    /** The settings' master may be down, and others up. */
    private void agreeAnewOnceInAWhile() {
        if (calls.elapsedMillis() - agreedMillis > AGREE_MILLIS) {
            agreedMillis = calls.elapsedMillis();
            try {
                calls.agreement().agreeAnew();
            } catch (PresenceStoreUnavailableException e) {
                log.debug("The settings cannot be read", e);
            }
        }
    }

    /** What was claimed is claimed, even if nobody can be moved now. */
    private void relocate(Sweep sweep) {
        try {
            relocation.advance(sweep);
        } catch (PresenceStoreException e) {
            log.debug("Users cannot be moved to other buckets", e);
        }
    }

    @Override
    public FeedPage feed(FeedPosition after, int limit) {
        return feed.read(after, limit);
    }

    @Override
    public Subscription onFeed(Runnable signal) {
        signals.add(signal);
        return () -> signals.remove(signal);
    }

    @Override
    public OnlinePage online(String cursor, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, not " + limit);
        }
        return calls.agreement().read(() -> new OnlineList(calls).page(cursor, limit));
    }

    @Override
    public StoreStats stats() {
        Layout layout = calls.shared().layout();
        Pipeline pipeline = calls.pipeline();
        List<Pipeline.Sent<byte[]>> counts = new ArrayList<>();
        for (int group = 0; group < layout.groups(); group++) {
            counts.add(pipeline.hget(layout.meta(group), ONLINE));
        }
        pipeline.run();
        long online = 0;
        for (Pipeline.Sent<byte[]> count : counts) {
            online += Replies.number(pipeline.result(count), 0);
        }
        return new StoreStats(online, sessionsDropped.sum(), 0, 0);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            calls.close();
            if (ownsClock) {
                clock.close();
            }
        }
    }
}
