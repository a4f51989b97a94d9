package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.redis.RedisPresenceStore;
import dev.presence.servers.RedisServer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The statuses of ten users from one server, with their ages, beside an {@code MGET} of ten keys, which knows no ages. */
public class RedisRosterBenchmark extends StoreRosterBenchmark {
    /** By the tracker, from the store each time. */
    @Benchmark
    public long tracker(Ours ours, Requests.Rosters requests) {
        return RosterBenchmark.ages(ours.tracker, requests.next());
    }

    /** By the store alone. */
    @Benchmark
    public long store(Ours ours, Requests.Rosters requests) {
        return online(ours.store.statuses(requests.next()).statuses());
    }

    /** By a tracker that keeps a view of everyone. */
    @Benchmark
    public long view(Near near, Requests.Rosters requests) {
        return online(near.tracker.statuses(requests.next()).statuses());
    }

    /** By Lettuce, awaited; on one connection for all threads, as ours. */
    @Benchmark
    public long mget(Strings strings, Requests.Rosters requests) {
        return strings.mget.online(requests.next());
    }

    /** Everybody online in our layout. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class Ours {
        private RedisServer server;
        RedisPresenceStore store;
        HeartbeatTracker tracker;

        /** Has everybody beat. */
        @Setup
        public void start(Population population) {
            server = RedisServer.start();
            Job job = population.job(server.uri());
            BeatRun.fill(BeatWay.STORE, job);
            store = StoredBeats.open(job);
            tracker = HeartbeatTracker.create(store);
        }

        /** Ends what was started. */
        @TearDown
        public void stop() {
            tracker.close();
            store.close();
            server.close();
        }
    }

    /** A second tracker beside the first, with a view, which has read who is online. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class Near {
        HeartbeatTracker tracker;

        /** Waits until the view is there. */
        @Setup
        public void start(Ours ours) throws InterruptedException {
            tracker = NearTracker.on(ours.store);
        }

        /** Ends what was started. */
        @TearDown
        public void stop() {
            tracker.close();
        }
    }

    /** A key for everybody. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class Strings {
        private RedisServer server;
        private RosterReader mget;

        /** Has everybody beat. */
        @Setup
        public void start(Population population) {
            server = RedisServer.start();
            BeatRun.fill(BeatWay.BARE, population.job(server.uri()));
            mget = RosterReader.mget(server.uri());
        }

        /** Ends what was started. */
        @TearDown
        public void stop() {
            mget.close();
            server.close();
        }
    }
}
