package dev.presence.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Beats and rosters of ten in turn, in the proportions of the requirement (1 : 1) and of short intervals (9 : 1). */
public class MixedBenchmark extends PeerBenchmark {
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
