package dev.presence;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A clock that stands still until it is told otherwise, for tests and replays.
 *
 * <p>While it is advanced, every task that falls due runs in the thread that advances it, in order of time, with the clock
 * standing at the exact instant the task was due. So a host's test sees a user go offline, and its listener hear of it,
 * without a sleep or a second thread. Thread-safe; one thread advances at a time.
 */
public final class ManualClock implements PresenceClock {
    private static final Logger log = LoggerFactory.getLogger(ManualClock.class);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Object advancing = new Object();
    private final PriorityQueue<Task> tasks = // guarded by this
            new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::order));
    private long order; // guarded by this
    private volatile long millis;
    private volatile long nanos;

    private record Task(Runnable work, long dueNanos, long order) {}

    private ManualClock(long millis) {
        this.millis = millis;
    }

    /**
     * A clock that stands at the given instant.
     *
     * @param start the first reading, truncated to milliseconds
     * @return a new clock
     */
    public static ManualClock startingAt(Instant start) {
        return new ManualClock(start.toEpochMilli());
    }

    /**
     * A clock that stands at 2026-01-01T00:00:00Z.
     *
     * @return a new clock
     */
    public static ManualClock create() {
        return startingAt(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Override
    public long millis() {
        return millis;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public synchronized Timer schedule(Runnable work, long delayMillis, long slackMillis) {
        long delay = Math.min(TimeUnit.MILLISECONDS.toNanos(delayMillis), Long.MAX_VALUE - nanos);
        Task task = new Task(work, nanos + delay, order++);
        tasks.add(task);
        return () -> {
            synchronized (this) {
                tasks.remove(task);
            }
        };
    }

    /**
     * Lets time pass, and runs all that falls due on the way, the end included.
     *
     * @param duration how long, in whole milliseconds (the rest is cut off)
     * @throws IllegalArgumentException if it is negative; see {@link #step} for a clock that is set back
     */
    public void advance(Duration duration) {
        long passed = duration.toMillis();
        if (passed < 0) {
            throw new IllegalArgumentException(
                    "time does not pass backwards: " + duration + "; step() sets a clock back");
        }
        synchronized (advancing) {
            long target = nanos + passed * NANOS_PER_MILLI;
            for (Task task = next(target); task != null; task = next(target)) {
                pass(Math.max(nanos, task.dueNanos));
                run(task.work);
            }
            pass(target);
        }
    }

    private static void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            log.error("A task of the presence library failed", e);
        }
    }

    /** Runs what is due now, without letting time pass. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /**
     * Sets the wall time forward or back, as an operator or a time server would. Elapsed time, and so every task that
     * waits, is not moved.
     *
     * @param change how far, in whole milliseconds; negative is back
     */
    public synchronized void step(Duration change) {
        millis += change.toMillis();
    }

    private synchronized void pass(long untilNanos) {
        long passed = (untilNanos - nanos) / NANOS_PER_MILLI;
        nanos = untilNanos; // first, so that whoever sees the new wall time sees the time elapsed too
        millis += passed;
    }

    private synchronized @Nullable Task next(long untilNanos) {
        Task first = tasks.peek();
        return first != null && first.dueNanos <= untilNanos ? tasks.poll() : null;
    }
}
