package dev.presence;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the pending writes to the store: a flush interval after the first of them, and again until it has them. */
final class Flusher {
    private static final Logger log = LoggerFactory.getLogger(HeartbeatTracker.class);
    static final int BATCH = 4_000;
    private static final int MOST_CORRECTIONS = 3;
    private static final long LONGEST_BACK_OFF_MILLIS = 1_000;

    private final PresenceStore store;
    private final String node;
    private final long intervalMillis;
    private final PendingWrites pending;
    private final StoreTime time;
    private final Outage outage;
    private final Counters counters;
    private final Consumer<List<PendingUser>> beforeForgotten; // the store has these, and they are still pending
    private final LongConsumer onRecorded; // takes the age of the oldest write of a batch, in milliseconds
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private long backOffMillis; // guarded by this
    private volatile boolean stopped;

    Flusher(
            PresenceStore store,
            String node,
            long intervalMillis,
            PendingWrites pending,
            StoreTime time,
            Outage outage,
            Counters counters,
            Consumer<List<PendingUser>> beforeForgotten,
            LongConsumer onRecorded) {
        this.store = store;
        this.node = node;
        this.intervalMillis = intervalMillis;
        this.pending = pending;
        this.time = time;
        this.outage = outage;
        this.counters = counters;
        this.beforeForgotten = beforeForgotten;
        this.onRecorded = onRecorded;
    }

    /** Sees to it that a flush will come. */
    void wake() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            store.clock().schedule(this::run, intervalMillis, 0);
        }
    }

    /** No flush comes by itself any more. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    /** While this waits for a flush under way it stays scheduled, so that a slow store holds up no third thread. */
    private synchronized void run() {
        scheduled.set(false);
        if (stopped) {
            return;
        }
        try {
            flush();
        } catch (RuntimeException | Error e) {
            retryLater();
        }
    }

    private synchronized void retryLater() {
        backOffMillis = Math.min(LONGEST_BACK_OFF_MILLIS, Math.max(intervalMillis, backOffMillis * 2));
        if (scheduled.compareAndSet(false, true)) {
            store.clock().schedule(this::run, backOffMillis, backOffMillis / 4);
        }
    }

    /** Records all that waits now; throws what the store throws, with nothing lost. */
    synchronized void flush() {
        Flight flight = new Flight(pending.take(), BATCH, this::record);
        try {
            if (!flight.isOneBatch()) {
                askForHelp(flight);
            }
            flight.work();
            int unreached = flight.land();
            if (unreached > 0) {
                throw new PresenceStoreUnavailableException(
                        "a shard of the store could not be reached; the writes of " + unreached + " users wait for it");
            }
            backOffMillis = 0;
            outage.worked(Outage.Activity.WRITE);
        } catch (RuntimeException | Error e) {
            counters.increment(Counter.FLUSH_FAILURES);
            outage.failed(Outage.Activity.WRITE, e);
            throw e;
        } finally {
            pending.landed(store.clock().nanos());
        }
        if (pending.size() > 0) {
            wake();
        }
    }

    /** So that the store has work while this thread makes its next batch. */
    private void askForHelp(Flight flight) {
        try {
            store.clock().schedule(flight::work, 0, 0);
        } catch (RuntimeException | Error e) {
            log.debug("No thread helps with a flush", e); // this one does it alone
        }
    }

    /** Returns how many users' shards could not be reached. */
    private int record(List<PendingUser> users) {
        for (int attempt = 0; attempt <= MOST_CORRECTIONS; attempt++) {
            if (!time.isKnown()) {
                time.observe(store.statuses(List.of()).nowMillis());
            }
            long madeAt = time.at(store.clock().nanos());
            List<Write> writes = writes(users, madeAt);
            StoreReply reply = store.record(new WriteBatch(node, madeAt, writes));
            if (reply.verdict() == StoreReply.Verdict.DONE) {
                time.observe(reply.nowMillis());
                recorded(users, writes, reply.unreached());
                return reply.unreached().size();
            }
            counters.increment(Counter.BATCHES_LATE);
            time.correct(reply.nowMillis());
        }
        throw new PresenceStoreUnavailableException(
                "the store refused a batch as late " + (MOST_CORRECTIONS + 1) + " times: it answers too slowly");
    }

    private void recorded(List<PendingUser> users, List<Write> writes, Set<String> unreached) {
        List<PendingUser> reached = unreached.isEmpty()
                ? users
                : users.stream()
                        .filter(user -> !unreached.contains(user.user()))
                        .toList();
        beforeForgotten.accept(reached);
        pending.recorded(reached);
        long oldest = 0;
        int count = 0;
        for (Write write : writes) {
            if (unreached.isEmpty() || !unreached.contains(write.user())) {
                count++;
                oldest = Math.max(oldest, write.ageMillis());
            }
        }
        counters.add(Counter.WRITES_RECORDED, count);
        onRecorded.accept(oldest);
    }

    private List<Write> writes(List<PendingUser> users, long madeAt) {
        List<Write> writes = new ArrayList<>(BATCH);
        for (PendingUser user : users) {
            for (int i = 0; i < user.size(); i++) {
                writes.add(user.write(i, time, madeAt));
            }
        }
        return writes;
    }
}
