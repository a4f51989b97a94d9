package dev.presence;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread ticks and times; the tasks run on others, so that one that blocks delays neither. */
final class SystemClock implements PresenceClock {
    static final int TICK_MILLIS = 5;

    private static final Logger log = LoggerFactory.getLogger(PresenceClock.class);
    private static final Timer NOTHING_TO_CANCEL = () -> {};

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemons("presence-timer"));
    private final ExecutorService workers = Executors.newCachedThreadPool(daemons("presence-worker"));
    private volatile long millis = System.currentTimeMillis();

    SystemClock() {
        timer.setRemoveOnCancelPolicy(true);
        var unused = timer.scheduleAtFixedRate(
                () -> millis = System.currentTimeMillis(), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public long millis() {
        return millis;
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Runnable task, long delayMillis, long slackMillis) {
        Runnable guarded = () -> {
            try {
                task.run();
            } catch (Throwable e) {
                log.error("A background task of the presence library failed; it will be tried again", e);
            }
        };
        // The slack is spread at random, so that the timers of many nodes do not meet on one second.
        long delay = delayMillis
                + (slackMillis <= 1 ? 0 : ThreadLocalRandom.current().nextLong(slackMillis / 2, slackMillis));
        try {
            if (delay <= 0) {
                workers.execute(guarded);
                return NOTHING_TO_CANCEL;
            }
            Future<?> waiting = timer.schedule(() -> handOver(guarded), delay, TimeUnit.MILLISECONDS);
            return () -> waiting.cancel(false);
        } catch (RejectedExecutionException closed) {
            return NOTHING_TO_CANCEL;
        }
    }

    /** A task that finds no thread comes again later: it may be the only one that would have scheduled the next. */
    private void handOver(Runnable task) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            if (!timer.isShutdown()) {
                var unused = timer.schedule(() -> handOver(task), 1, TimeUnit.SECONDS);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdown();
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
