package dev.presence.benchmarks;

import dev.presence.servers.RedisServer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Who is online of ten users, read in the ways that go with beats written by hand; none knows ages but the sorted set. */
public class RedisPeerRosterBenchmark extends StoreRosterBenchmark {
    /** By the client and the layout of {@link Peer#way}. */
    @Benchmark
    public long roster(Peer peer, Requests.Rosters requests) {
        return peer.reader.online(requests.next());
    }

    /** Everybody online in the layout of one way. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class Peer {
        /** How the beats were written. */
        @Param({"PIPELINED", "JEDIS", "REDISSON", "ZSET"})
        public BeatWay way;

        private RedisServer server;
        private RosterReader reader;

        /** Has everybody beat. */
        @Setup
        public void start(Population population) {
            server = RedisServer.start();
            BeatWriter.Job job = population.job(server.uri());
            BeatRun.fill(way, job);
            reader = RosterReader.of(way, job);
        }

        /** Ends what was started. */
        @TearDown
        public void stop() {
            reader.close();
            server.close();
        }
    }
}
