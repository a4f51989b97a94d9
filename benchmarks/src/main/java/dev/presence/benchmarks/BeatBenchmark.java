package dev.presence.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;

/** One beat of a user who is online. */
public class BeatBenchmark extends PeerBenchmark {
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
