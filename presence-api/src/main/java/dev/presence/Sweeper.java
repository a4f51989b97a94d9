package dev.presence;

import java.util.List;

/** Has the store claim what lapsed: at the moment the next claim can be due, and at least once a period. */
final class Sweeper {
    private static final int LIMIT = 5_000;
    private static final long SLACK_MILLIS = 1_000; // by which a flush may be late before claims wait for it
    private static final int PERIODS_PER_TIMEOUT =
            6; // three missed ones are an outage, to be noticed within half a timeout

    private final PresenceStore store;
    private final String node;
    private final long periodMillis;
    private final long flushMillis;
    private final PendingWrites pending;
    private final StoreTime time;
    private final Outage outage;
    private final Counters counters;
    private final Runnable afterClaims;
    private long tookMillis; // the last sweep; used by the thread that sweeps
    private PresenceClock.Timer next = () -> {}; // guarded by this
    private long ticket; // guarded by this, as are all below
    private boolean running;
    private boolean again;
    private boolean stopped;

    Sweeper(
            PresenceStore store,
            String node,
            long periodMillis,
            long flushMillis,
            PendingWrites pending,
            StoreTime time,
            Outage outage,
            Counters counters,
            Runnable afterClaims) {
        this.store = store;
        this.node = node;
        this.periodMillis = periodMillis;
        this.flushMillis = flushMillis;
        this.pending = pending;
        this.time = time;
        this.outage = outage;
        this.counters = counters;
        this.afterClaims = afterClaims;
    }

    void start() {
        scheduleIn(0);
    }

    /** Sweeps now, since what was recorded may lapse sooner than the last sweep could know. */
    synchronized void soon() {
        if (running) {
            again = true;
        } else {
            scheduleIn(0);
        }
    }

    synchronized void stop() {
        stopped = true;
        next.cancel();
    }

    private void run(long mine) {
        synchronized (this) {
            if (stopped || mine != ticket) {
                return; // another one took its place
            }
            running = true;
            again = false;
        }
        long delay = periodMillis;
        try {
            delay = sweep();
            outage.worked(Outage.Activity.SWEEP);
        } catch (RuntimeException | Error e) {
            counters.increment(Counter.SWEEP_FAILURES);
            if (!isStopped()) {
                outage.failed(Outage.Activity.SWEEP, e);
            }
        } finally {
            synchronized (this) {
                running = false;
                scheduleIn(again ? 0 : delay);
            }
        }
    }

    /** Returns how long to wait for the next one. */
    private long sweep() {
        if (!time.isKnown()) {
            time.observe(store.statuses(List.of()).nowMillis());
        }
        while (true) {
            long nanos = store.clock().nanos();
            SweepReply reply = store.expire(
                    new SweepRequest(node, time.at(nanos), toldPeriodMillis(), bufferedMillis(nanos), LIMIT));
            tookMillis = (store.clock().nanos() - nanos) / 1_000_000;
            if (reply.verdict() == StoreReply.Verdict.LATE) {
                counters.increment(Counter.SWEEP_FAILURES);
                time.correct(reply.nowMillis());
                return Math.min(periodMillis, WriteBatch.FENCE_MILLIS);
            }
            time.observe(reply.nowMillis());
            counters.increment(Counter.SWEEPS);
            counters.add(Counter.CLAIMS, reply.claimed());
            afterClaims.run();
            long due = reply.nextDueMillis() - reply.nowMillis();
            if (due > 0 || isStopped()) {
                return Math.min(due, periodMillis);
            }
        }
    }

    /** Sweeps that take long are no outage: a shard that hangs must not make the others' claims wait for a quiet period. */
    private long toldPeriodMillis() {
        long most = store.settings().timeout().toMillis() / PERIODS_PER_TIMEOUT;
        return Math.max(periodMillis, Math.min(tookMillis, most));
    }

    /** How long a beat may wait here: for longer than the flush interval if the store does not take them as fast as they come. */
    private long bufferedMillis(long nanos) {
        long since = pending.waitingSinceNanos();
        long waits = since >= nanos ? 0 : (nanos - since) / 1_000_000;
        boolean isBehind = waits > flushMillis + SLACK_MILLIS;
        return isBehind ? Math.min(waits, store.settings().timeout().toMillis()) : flushMillis;
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized void scheduleIn(long delayMillis) {
        next.cancel();
        if (!stopped) {
            long mine = ++ticket; // a task that cannot be cancelled any more finds that it is not its turn
            next = store.clock().schedule(() -> run(mine), delayMillis, delayMillis == 0 ? 0 : periodMillis / 4);
        }
    }
}
