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

/** One beat of a user who is online. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Threads(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms3g", "-Xmx3g", "-XX:+AlwaysPreTouch"})
public class BeatBenchmark {
    /** Ours, default session. */
    @Benchmark
    public void tracker(Tracked ours, Requests.Beats requests) {
        ours.tracker.heartbeat(requests.next());
    }

    /** Ours, named session. */
    @Benchmark
    public void trackerWithSession(Tracked.WithSessions ours, Requests.SessionBeats requests) {
        requests.next();
        ours.tracker.heartbeat(requests.user(), requests.session());
    }

    /** {@code Caffeine.put}, expireAfterWrite. */
    @Benchmark
    public void caffeinePut(Peers.CaffeineTimes peer, Requests.Beats requests) {
        peer.beat(requests.next());
    }

    /** {@code Caffeine.getIfPresent} and set, expireAfterAccess. */
    @Benchmark
    public void caffeineCell(Peers.CaffeineCells peer, Requests.Beats requests) {
        peer.beat(requests.next());
    }

    /** {@code ConcurrentHashMap.get} and set. */
    @Benchmark
    public void mapCell(Peers.MapCells peer, Requests.Beats requests) {
        peer.beat(requests.next());
    }

    /** The same by the clock that ours goes by: the bare look-up. */
    @Benchmark
    public void mapCellByTicks(Peers.MapCells peer, Requests.Beats requests) {
        peer.beatByTicks(requests.next());
    }
}
