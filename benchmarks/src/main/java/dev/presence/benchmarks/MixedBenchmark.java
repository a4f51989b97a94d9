package dev.presence.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Beats and rosters of ten in turn, in the proportions of the requirement (1 : 1) and of short intervals (9 : 1). */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Threads(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms3g", "-Xmx3g", "-XX:+AlwaysPreTouch"})
public class MixedBenchmark {
    /** Ours: a beat and a roster. */
    @Benchmark
    public long trackerOneToOne(Tracked ours, Requests.Beats beats, Requests.Rosters rosters) {
        ours.tracker.heartbeat(beats.next());
        return RosterBenchmark.ages(ours.tracker, rosters.next());
    }

    /** Caffeine: a put and ten gets. */
    @Benchmark
    public long caffeineOneToOne(Peers.CaffeineTimes peer, Requests.Beats beats, Requests.Rosters rosters) {
        peer.beat(beats.next());
        return RosterBenchmark.ages(peer, rosters.next());
    }

    /** Ours: nine beats and a roster. */
    @Benchmark
    @OperationsPerInvocation(10)
    public long trackerNineToOne(Tracked ours, Requests.Beats beats, Requests.Rosters rosters) {
        for (int i = 0; i < 9; i++) {
            ours.tracker.heartbeat(beats.next());
        }
        return RosterBenchmark.ages(ours.tracker, rosters.next());
    }

    /** Caffeine: nine puts and ten gets. */
    @Benchmark
    @OperationsPerInvocation(10)
    public long caffeineNineToOne(Peers.CaffeineTimes peer, Requests.Beats beats, Requests.Rosters rosters) {
        for (int i = 0; i < 9; i++) {
            peer.beat(beats.next());
        }
        return RosterBenchmark.ages(peer, rosters.next());
    }
}
