package dev.presence;

import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one flush, taken to the store by the thread that flushes and by any other that finds the time. All writes of a
 * user are in one batch, so the batches may go in any order and at once. Thread-safe.
 */
final class Flight {
    private final List<PendingUser> users;
    private final int batch;
    private final ToIntFunction<List<PendingUser>> record; // answers how many users could not be reached
    private int from; // guarded by this, as are all below
    private int underWay;
    private int unreached;
    private @Nullable Throwable failure;

    /**
     * A flight that nobody has begun.
     *
     * @param batch after how many writes a batch ends, with the user they belong to
     */
    Flight(List<PendingUser> users, int batch, ToIntFunction<List<PendingUser>> record) {
        this.users = users;
        this.batch = batch;
        this.record = record;
    }

    boolean isOneBatch() {
        return end(0) == users.size();
    }

    private int end(int start) {
        int to = start;
        for (int writes = 0; to < users.size() && writes < batch; to++) {
            writes += users.get(to).size();
        }
        return to;
    }

    /** Takes batch after batch to the store, until none is left or one has failed. */
    void work() {
        for (List<PendingUser> next = next(); !next.isEmpty(); next = next()) {
            try {
                ended(record.applyAsInt(next), null);
            } catch (RuntimeException | Error e) {
                ended(0, e);
            }
        }
    }

    private synchronized List<PendingUser> next() {
        if (failure != null || from == users.size()) {
            return List.of();
        }
        int to = end(from);
        List<PendingUser> next = users.subList(from, to);
        from = to;
        underWay++;
        return next;
    }

    private synchronized void ended(int lost, @Nullable Throwable problem) {
        unreached += lost;
        failure = failure == null ? problem : failure;
        underWay--;
        notifyAll();
    }

    /**
     * Waits for the batches that others have taken; nobody takes any after that.
     *
     * @return how many users could not be reached
     * @throws RuntimeException what the first batch that failed threw, or an Error
     */
    synchronized int land() {
        boolean interrupted = false;
        while (underWay > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // they still use what the caller would clear
            }
        }
        from = users.size();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        return unreached;
    }
}
