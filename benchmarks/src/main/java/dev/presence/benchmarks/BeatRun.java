package dev.presence.benchmarks;

import dev.presence.benchmarks.BeatWriter.Job;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Has everybody beat in turn, as fast as it goes. */
final class BeatRun {
    private static final long UNDER_WAY_NANOS = 1_000_000_000L;

    private BeatRun() {}

    /**
     * What some seconds brought.
     *
     * @param perSecond beats that the server acknowledged
     * @param serverMicros CPU time of the server per beat
     * @param clientMicros CPU time of this JVM per beat
     * @param calls what the server was asked to do, per beat: commands, those within scripts too, or transactions
     */
    record Window(double perSecond, double serverMicros, double clientMicros, double calls) {
        double microsPerBeat() {
            return 1e6 / perSecond;
        }
    }

    /** Has everybody beat once. */
    static void fill(Beating way, Job job) {
        try (BeatWriter writer = way.filling().open(job)) {
            join(start(job, thread -> round(writer, thread)));
        }
    }

    /** Has everybody beat again and again, and looks on for some seconds. */
    static Window watch(Beating way, Job job, int seconds, ServerProbe server) {
        AtomicBoolean ended = new AtomicBoolean();
        try (BeatWriter writer = way.open(job)) {
            List<CompletableFuture<Void>> beating = start(job, thread -> {
                while (!ended.get()) {
                    round(writer, thread, ended);
                }
            });
            LockSupport.parkNanos(UNDER_WAY_NANOS);
            Window window = window(writer, seconds, server);
            ended.set(true);
            join(beating);
            return window;
        }
    }

    private static Window window(BeatWriter writer, int seconds, ServerProbe server) {
        long calls = server.calls();
        long beats = writer.acknowledged();
        long nanos = System.nanoTime();
        double cpu = server.cpuSeconds();
        double client = Usage.clientSeconds();
        LockSupport.parkNanos(seconds * 1_000_000_000L);
        double written = writer.acknowledged() - beats;
        return new Window(
                written * 1e9 / (System.nanoTime() - nanos),
                (server.cpuSeconds() - cpu) * 1e6 / written,
                (Usage.clientSeconds() - client) * 1e6 / written,
                (server.calls() - calls) / written);
    }

    private static List<CompletableFuture<Void>> start(Job job, IntConsumer work) {
        return IntStream.range(0, job.threads())
                .mapToObj(thread -> CompletableFuture.runAsync(
                        () -> work.accept(thread), task -> new Thread(task, "beats " + thread).start()))
                .toList();
    }

    private static void join(List<CompletableFuture<Void>> all) {
        all.forEach(CompletableFuture::join);
    }

    private static void round(BeatWriter writer, int thread) {
        round(writer, thread, new AtomicBoolean());
    }

    private static void round(BeatWriter writer, int thread, AtomicBoolean ended) {
        Job job = writer.job;
        int end = job.firstOf(thread + 1);
        int to;
        for (int from = job.firstOf(thread); from < end && !ended.get(); from = to) {
            to = Math.min(end, from + job.depth());
            writer.write(thread, from, to);
        }
    }
}
