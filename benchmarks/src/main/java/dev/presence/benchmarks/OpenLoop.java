package dev.presence.benchmarks;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Calls that start when they are due, not when the call before has ended: whoever is late makes up for it, and the latency
 * counts from when the call should have started. Waiting is parking, so some 60 microseconds of it are the timer's.
 */
final class OpenLoop extends Thread {
    private static final long LONGEST_NANOS = 600_000_000_000L;

    private final double perSecond;
    private final LongPredicate call;
    private final Histogram latencies = new Histogram(LONGEST_NANOS, 3);
    private volatile boolean recording;
    private volatile boolean stopped;
    private volatile long calls;
    private volatile @Nullable Throwable failure;

    /**
     * @param call what to do; gets the number of the call, and returns false for one that is not to be counted
     */
    OpenLoop(String name, double perSecond, LongPredicate call) {
        super(name);
        this.perSecond = perSecond;
        this.call = call;
        setDaemon(true);
    }

    @Override
    public void run() {
        try {
            long start = System.nanoTime();
            for (long number = 0; !stopped; number++) {
                long due = start + (long) (number * 1e9 / perSecond);
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                if (call.test(number) && recording) {
                    latencies.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - due));
                }
                calls = number;
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    /** From now on latencies are kept. */
    void record() {
        recording = true;
    }

    /** Ends the calls. */
    void end() {
        stopped = true;
        try {
            join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (failure != null) {
            throw new IllegalStateException(getName() + " failed at call " + calls, failure);
        }
    }

    /** After {@link #end}. */
    double millis(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    /** After {@link #end}. A row of a table: name, count, p50, p99, p99.9, max. */
    String row() {
        return String.format(
                "| %s | %,d | %.2f | %.2f | %.2f | %.2f |",
                getName(), latencies.getTotalCount(), millis(50), millis(99), millis(99.9), millis(100));
    }

    static String header() {
        return "| latency from the intended start, ms | calls | p50 | p99 | p99.9 | max |\n|---|---|---|---|---|---|";
    }
}
