package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.UserStatus;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** The statuses of ten users, with their ages. */
public class RosterBenchmark extends PeerBenchmark {
    /** Ours. */
    @Benchmark
    public long tracker(Tracked ours, Requests.Rosters requests) {
        return ages(ours.tracker, requests.next());
    }

    /** Ten times {@code Caffeine.getIfPresent}. */
    @Benchmark
    public long caffeineGet(Peers.CaffeineTimes peer, Requests.Rosters requests) {
        return ages(peer, requests.next());
    }

    /** Ten times {@code ConcurrentHashMap.get}. */
    @Benchmark
    public long mapGet(Peers.MapCells peer, Requests.Rosters requests) {
        long now = System.currentTimeMillis();
        long sum = 0;
        for (String user : requests.next()) {
            sum += peer.age(user, now);
        }
        return sum;
    }

    static long ages(HeartbeatTracker tracker, List<String> users) {
        long sum = 0;
        for (UserStatus status : tracker.statuses(users).statuses()) {
            sum += status.isOnline() ? status.age().orElse(Duration.ZERO).toMillis() : -1;
        }
        return sum;
    }

    static long ages(Peers.CaffeineTimes peer, List<String> users) {
        long now = System.currentTimeMillis();
        long sum = 0;
        for (String user : users) {
            sum += peer.age(user, now);
        }
        return sum;
    }
}
