package dev.presence.benchmarks;

import dev.presence.PresenceStore;
import dev.presence.StoreReply;
import dev.presence.Write;
import dev.presence.WriteBatch;
import dev.presence.redis.RedisPresenceStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Beats by a store without a tracker: what the tracker's buffer sends. Nobody sweeps. */
final class StoredBeats extends BeatWriter {
    private final PresenceStore store;
    private final Runnable end;
    private final IntFunction<String> sessions;

    private StoredBeats(Job job, PresenceStore store, Runnable end, IntFunction<String> sessions) {
        super(job);
        this.store = store;
        this.end = end;
        this.sessions = sessions;
    }

    /**
     * To a Redis.
     *
     * @param sessions the session of each user, by its number
     */
    static BeatWriter onRedis(Job job, IntFunction<String> sessions) {
        RedisPresenceStore store = open(job);
        return new StoredBeats(job, store, store::close, sessions);
    }

    /** To a database, with the default session of each user. */
    static BeatWriter onSql(Job job) {
        SqlStore opened = SqlStore.open(job.uri(), job.threads(), Duration.ofSeconds(job.timeoutSeconds()));
        return new StoredBeats(job, opened.store(), opened::close, user -> "");
    }

    /** As hosts have it, but for the time-out; told of the users if they are more than it takes them to be. */
    static RedisPresenceStore open(Job job) {
        return RedisPresenceStore.builder(job.uri())
                .timeout(Duration.ofSeconds(job.timeoutSeconds()))
                .expectedUsers(Math.max(1_000_000, job.users().size()))
                .commandTimeout(Duration.ofSeconds(10))
                .build();
    }

    @Override
    void write(int thread, int from, int to) {
        long madeAt = System.currentTimeMillis();
        List<Write> writes = new ArrayList<>(to - from);
        for (int place = from; place < to; place++) {
            writes.add(Write.beat(user(place), sessions.apply(job.users().at(place)), 0));
        }
        StoreReply reply = store.record(new WriteBatch("node " + thread, madeAt, writes));
        if (reply.verdict() != StoreReply.Verdict.DONE || !reply.unreached().isEmpty()) {
            throw new IllegalStateException("not recorded: " + reply);
        }
        acknowledge(to - from);
    }

    @Override
    public void close() {
        end.run();
    }
}
