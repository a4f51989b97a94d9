package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.SignallingPresenceStore;
import dev.presence.redis.RedisPresenceStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Beats by a tracker, counted when the store has them. A tracker takes beats faster than any server: so
 * callers wait while a part of the users is under way, a part so small that nobody beats twice within it, since the second
 * beat would be folded into the first.
 */
final class TrackedBeats extends BeatWriter {
    private static final int MOST_UNDER_WAY = 200_000;
    private static final long PAUSE_NANOS = 200_000;

    private final HeartbeatTracker tracker;
    private final Runnable end;
    private final AtomicLong accepted = new AtomicLong();
    private final int mostUnderWay;

    private TrackedBeats(Job job, SignallingPresenceStore store, Runnable end) {
        super(job);
        this.end = end;
        tracker = HeartbeatTracker.create(new CountingStore(store, this::acknowledge));
        mostUnderWay = Math.min(MOST_UNDER_WAY, job.users().size() / (4 * job.threads()));
    }

    static BeatWriter onRedis(Job job) {
        RedisPresenceStore store = StoredBeats.open(job);
        return new TrackedBeats(job, store, store::close);
    }

    static BeatWriter onSql(Job job) {
        SqlStore opened = SqlStore.open(job.uri(), job.threads(), Duration.ofSeconds(job.timeoutSeconds()));
        return new TrackedBeats(job, opened.store(), opened::close);
    }

    @Override
    void write(int thread, int from, int to) {
        for (int place = from; place < to; place++) {
            tracker.heartbeat(user(place));
        }
        accepted.addAndGet(to - from);
        while (accepted.get() - acknowledged() > mostUnderWay) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Makes sure that every beat that was accepted was recorded, too. */
    @Override
    public void close() {
        try {
            tracker.flush();
            if (acknowledged() != accepted.get()) {
                throw new IllegalStateException(
                        "of " + accepted + " beats " + acknowledged() + " were recorded: others were folded");
            }
        } finally {
            tracker.close();
            end.run();
        }
    }
}
