package dev.presence.benchmarks;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Calls that start when they are due, not when the call before has ended: whoever is late makes up for it, and the latency
 * counts from when the call should have started. Whoever is free takes the next call, so none waits for another while somebody is.
 * Waiting is parking, so some 60 microseconds of it are the timer's.
 */
final class OpenLoop {
    private static final long LONGEST_NANOS = 600_000_000_000L;

    private final String name;
    private final double perSecond;
    private final LongPredicate call;
    private final List<Caller> callers;
    private final Histogram latencies = new Histogram(LONGEST_NANOS, 3);
    private final AtomicLong next = new AtomicLong();
    private volatile long startNanos;
    private volatile boolean recording;
    private volatile boolean stopped;

    /**
     * @param threads how many share the calls, and so how many are under way at most; with more than one the call is thread-safe
     * @param call what to do; gets the number of the call, and returns false for one that is not to be counted
     */
    OpenLoop(String name, double perSecond, int threads, LongPredicate call) {
        this.name = name;
        this.perSecond = perSecond;
        this.call = call;
        this.callers = IntStream.range(0, threads).mapToObj(Caller::new).toList();
    }

    /** One thread, with one call after another. */
    private final class Caller extends Thread {
        private final Histogram measured = new Histogram(LONGEST_NANOS, 3);
        private volatile long calls;
        private volatile @Nullable Throwable failure;

        Caller(int place) {
            super(name + " " + place);
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (!stopped) {
                    long number = next.getAndIncrement();
                    long due = startNanos + (long) (number * 1e9 / perSecond);
                    for (long wait = due - System.nanoTime(); wait > 0 && !stopped; wait = due - System.nanoTime()) {
                        LockSupport.parkNanos(wait);
                    }
                    if (call.test(number) && recording) {
                        measured.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - due));
                    }
                    calls = number;
                }
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        }

        void end() {
            try {
                join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (failure != null) {
                throw new IllegalStateException(getName() + " failed at call " + calls, failure);
            }
            latencies.add(measured);
        }
    }

    void start() {
        startNanos = System.nanoTime();
        callers.forEach(Thread::start);
    }

    /** From now on latencies are kept. */
    void record() {
        recording = true;
    }

    /** Ends the calls. */
    void end() {
        stopped = true;
        callers.forEach(Caller::end);
    }

    /** After {@link #end}. How many were recorded. */
    long count() {
        return latencies.getTotalCount();
    }

    /** After {@link #end}. */
    double millis(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    /** After {@link #end}. A row of a table: name, count, p50, p99, p99.9, max. */
    String row() {
        return String.format(
                "| %s | %,d | %.2f | %.2f | %.2f | %.2f |",
                name, latencies.getTotalCount(), millis(50), millis(99), millis(99.9), millis(100));
    }

    static String header() {
        return "| latency from the intended start, ms | calls | p50 | p99 | p99.9 | max |\n|---|---|---|---|---|---|";
    }
}
