package dev.presence.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;

/**
 * A disconnect and the beat that brings the user back. For us that is two transitions, claimed, numbered, kept in the feed
 * and told to a listener on a third thread; for the cache it is two writes that nobody hears of.
 */
public class ReturnBenchmark extends PeerBenchmark {
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
