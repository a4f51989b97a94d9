package dev.presence.benchmarks;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** Calls as fast as they are answered. */
final class ClosedLoop {
    private static final long UNDER_WAY_NANOS = 1_000_000_000L;

    private ClosedLoop() {}

    /** Returns how many calls a second some threads get answered, after a second to warm up. Each gets a number of its own. */
    static double perSecond(int threads, int seconds, LongConsumer call) {
        AtomicBoolean ended = new AtomicBoolean();
        LongAdder done = new LongAdder();
        List<CompletableFuture<Void>> calling = IntStream.range(0, threads)
                .mapToObj(thread -> CompletableFuture.runAsync(
                        () -> {
                            for (long number = thread; !ended.get(); number += threads) {
                                call.accept(number);
                                done.increment();
                            }
                        },
                        task -> new Thread(task, "calls " + thread).start()))
                .toList();
        LockSupport.parkNanos(UNDER_WAY_NANOS);
        long before = done.sum();
        long nanos = System.nanoTime();
        LockSupport.parkNanos(seconds * 1_000_000_000L);
        double perSecond = (done.sum() - before) * 1e9 / (System.nanoTime() - nanos);
        ended.set(true);
        calling.forEach(CompletableFuture::join);
        return perSecond;
    }
}
