package dev.presence.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A disconnect and the beat that brings the user back. For us that is two transitions, claimed, numbered, kept in the feed
 * and told to a listener on a third thread; for the cache it is two writes that nobody hears of.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Threads(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms3g", "-Xmx3g", "-XX:+AlwaysPreTouch"})
public class ReturnBenchmark {
    /** Ours. */
    @Benchmark
    public void tracker(Tracked ours, Requests.Beats requests) {
        String user = requests.next();
        ours.tracker.disconnect(user);
        ours.tracker.heartbeat(user);
    }

    /** {@code Caffeine.invalidate} and {@code put}. */
    @Benchmark
    public void caffeine(Peers.CaffeineTimes peer, Requests.Beats requests) {
        String user = requests.next();
        peer.cache.invalidate(user);
        peer.beat(user);
    }
}
