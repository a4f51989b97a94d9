package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.PresenceClock;
import dev.presence.StoreSettings;
import io.lettuce.core.api.StatefulConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of scripts have in common: what each says of its caller, and what each answer says first. Thread-safe.
 */
final class GroupCalls implements AutoCloseable {
    private static final long AWAY_MILLIS = 5_000; // for how long a replica that did not answer is not asked

    /** The first word of an answer. */
    enum Verdict {
        DONE,
        LATE,
        /** The group is new, or the nodes have agreed on something else: agree anew and call again. */
        AGAIN
    }

    private final Links links;
    private final String prefix;
    private final Duration commandTimeout;
    private final @Nullable PresenceClock storeClock; // tells the store's time where it is not the server that does
    private final PresenceClock clock;
    private final Reckoning reckoning;
    private final Silence silence;
    private final Agreement agreement;
    private final Map<Integer, String> runs =
            new ConcurrentHashMap<>(); // by group: the server process that answered last
    private volatile long awayMillis;
    private volatile boolean hasAwayReplica;
    private volatile boolean closed;

    GroupCalls(
            Links links,
            String prefix,
            Duration commandTimeout,
            PresenceClock clock,
            @Nullable PresenceClock storeClock,
            SharedSettings ours) {
        this.links = links;
        this.prefix = prefix;
        this.commandTimeout = commandTimeout;
        this.storeClock = storeClock;
        this.clock = clock;
        reckoning = new Reckoning(clock);
        silence = new Silence(links::reconnect);
        agreement = new Agreement(this, prefix, ours);
    }

    Pipeline pipeline() {
        requireOpen();
        return new Pipeline(links.commands(), commandTimeout, silence);
    }

    /** Commands for statuses, which wait for no batch of beats. */
    Pipeline statuses() {
        requireOpen();
        return new Pipeline(links.statuses(), commandTimeout, silence);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the presence store is closed");
        }
    }

    /** What the nodes agree on. */
    Agreement agreement() {
        return agreement;
    }

    SharedSettings shared() {
        return agreement.current();
    }

    /**
     * Asks for the turn to sweep, for a while. Returns the store's time, and how long it is another node's turn, which it is not
     * where beats wait longer in this node's buffer.
     */
    List<Object> turn(String node, long millis, long flushMillis) {
        return answer(Script.TURN.call(
                List.of(Layout.turnKey(prefix)),
                List.of(
                        node.getBytes(UTF_8),
                        Long.toString(millis).getBytes(US_ASCII),
                        Long.toString(flushMillis).getBytes(US_ASCII))));
    }

    /** The answer to one script on its own. */
    List<Object> answer(Script.Call call) {
        Pipeline pipeline = pipeline();
        Pipeline.Sent<List<Object>> answer = pipeline.script(call);
        pipeline.run();
        return Replies.list(pipeline.result(answer));
    }

    /** The first arguments of a script, as {@code common.lua} reads them, but for those that differ between groups. */
    List<byte[]> header(SharedSettings current, String node, long madeAtMillis, int attempt) {
        StoreSettings settings = current.settings();
        List<byte[]> header = new ArrayList<>();
        for (Object value : new Object[] {
            storeClock == null ? "" : storeClock.millis(),
            madeAtMillis,
            node,
            current.layout().id(),
            settings.version(),
            settings.timeout().toMillis(),
            settings.grace().toMillis(),
            settings.retention().toMillis(),
            settings.maximumSessions(),
            "",
            attempt > 0 ? "create" : "", // only what was agreed on just now makes a group
            links.isSharded() ? "SPUBLISH" : "PUBLISH",
            Layout.channel(prefix),
            reckoning.leap(),
            current.layout().spread().step(),
            current.layout(),
            ""
        }) {
            header.add(value.toString().getBytes(UTF_8));
        }
        return header;
    }

    List<byte[]> with(List<byte[]> header, int group, long... values) {
        List<byte[]> arguments = new ArrayList<>(header);
        arguments.set(Script.RUN, runs.getOrDefault(group, "").getBytes(US_ASCII));
        arguments.set(Script.GROUP, Integer.toString(group).getBytes(US_ASCII));
        if (links.isSharded()) {
            arguments.set(Script.CHANNEL, shared().layout().channel(group).getBytes(UTF_8));
        }
        for (long value : values) {
            arguments.add(Long.toString(value).getBytes(US_ASCII));
        }
        return arguments;
    }

    Verdict verdict(List<Object> answer, int group) {
        String word = Replies.text(answer.get(0));
        boolean isDone = word.equals("DONE");
        if (!isDone && !word.equals("LATE")) {
            return Verdict.AGAIN;
        }
        reckoning.observe(now(answer), shared().settings().timeout().toMillis());
        if (isDone) {
            runs.put(group, Replies.text(answer.get(2)));
        }
        return isDone ? Verdict.DONE : Verdict.LATE;
    }

    /** The group could not be reached: whoever answers next may be another process. */
    void lost(int group) {
        runs.remove(group);
    }

    /** Has messages about transitions come to a consumer, on a thread of the client. */
    void listen(Consumer<String> onMessage) {
        List<String> channels = new ArrayList<>();
        for (int group = 0; links.isSharded() && group < shared().layout().groups(); group++) {
            channels.add(shared().layout().channel(group));
        }
        links.listen(channels.isEmpty() ? List.of(Layout.channel(prefix)) : channels, onMessage);
    }

    /** A group's messages may not come any more. Returns at once. */
    void listenAgain(int group) {
        if (links.isSharded()) {
            links.listenAgain(shared().layout().channel(group));
        }
    }

    /** Elapsed time, in milliseconds since an arbitrary origin. */
    long elapsedMillis() {
        return clock.nanos() / 1_000_000L;
    }

    /** Whether all groups are on one server, so that one script may touch all of them. */
    boolean isOneServer() {
        return !links.isCluster();
    }

    /** Which master a group is with, as far as is known. */
    Object masterOf(int group) {
        return links.masterOf(shared().layout().meta(group));
    }

    static long now(List<Object> answer) {
        return Replies.number(answer.get(1));
    }

    /** Whether an injected clock tells the store's time, so that everything is due at its exact instant. */
    boolean isDriven() {
        return storeClock != null;
    }

    /** What an injected clock says now; {@link Long#MIN_VALUE} if there is none. */
    long givenMillis() {
        return storeClock == null ? Long.MIN_VALUE : storeClock.millis();
    }

    /**
     * The time by which users of a group are judged.
     *
     * @param clock the server's time, or what an injected clock said before the server was asked: what it says later may be far
     *     from what the server knew
     */
    GroupTime time(long clock, List<Object> meta, StoreSettings settings) {
        return GroupTime.of(clock, meta, reckoning, settings.timeout());
    }

    /** A replica did not answer: for a while nobody waits for one again. */
    void replicaIsAway() {
        awayMillis = elapsedMillis();
        hasAwayReplica = true;
    }

    boolean readsReplicas() {
        return links.replicas() != null;
    }

    /** Commands for replicas; null if statuses are not read there, or not yet. */
    @Nullable
    Pipeline replicas() {
        StatefulConnection<byte[], byte[]> replicas = links.replicas();
        boolean isAway = hasAwayReplica && elapsedMillis() - awayMillis < AWAY_MILLIS;
        return closed || isAway || replicas == null || now().isEmpty()
                ? null
                : new Pipeline(replicas, commandTimeout, new Silence(() -> {}));
    }

    /** The time by which what a replica answers is judged: the primary's, as reckoned. Null if the replica is too far behind. */
    @Nullable
    GroupTime timeOfReplica(List<Object> meta, StoreSettings settings) {
        long now = now().orElseThrow();
        return GroupTime.isBehind(meta, now) ? null : GroupTime.of(now, meta, reckoning, settings.timeout());
    }

    /** The store's time, as reckoned from its last answer. */
    OptionalLong now() {
        return storeClock == null ? reckoning.now() : OptionalLong.of(storeClock.millis());
    }

    @Override
    public void close() {
        closed = true;
        links.close();
    }
}
