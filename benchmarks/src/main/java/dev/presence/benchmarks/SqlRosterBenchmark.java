package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.servers.PostgresServer;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The statuses of ten users from one PostgreSQL, and from a view of everyone that is fed by it. */
public class SqlRosterBenchmark extends StoreRosterBenchmark {
    private static final Duration TIMEOUT = Duration.ofHours(1);
    private static final int CONNECTIONS = 3;

    /** By the store alone. */
    @Benchmark
    public long store(Ours ours, Requests.Rosters requests) {
        return online(ours.opened.store().statuses(requests.next()).statuses());
    }

    /** By a tracker that keeps a view of everyone. */
    @Benchmark
    public long view(Near near, Requests.Rosters requests) {
        return online(near.tracker.statuses(requests.next()).statuses());
    }

    /** By one {@code SELECT} from a table of beats, as people write it by hand. */
    @Benchmark
    public long select(Bare bare, Requests.Rosters requests) {
        return bare.rosters.known(requests.next());
    }

    /** Everybody online. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class Ours {
        private PostgresServer server;
        SqlStore opened;

        /** Has everybody beat. */
        @Setup
        public void start(Population population) {
            server = fill(SqlWay.STORE, population);
            opened = SqlStore.open(server.jdbcUrl(), CONNECTIONS, TIMEOUT);
        }

        /** Ends what was started. */
        @TearDown
        public void stop() {
            opened.close();
            server.close();
        }
    }

    /** A tracker with a view, which has read who is online. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class Near {
        HeartbeatTracker tracker;

        /** Waits until the view is there. */
        @Setup
        public void start(Ours ours) throws InterruptedException {
            tracker = NearTracker.on(ours.opened.store());
        }

        /** Ends what was started. */
        @TearDown
        public void stop() {
            tracker.close();
        }
    }

    /** A table of beats. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class Bare {
        private PostgresServer server;
        private PulseRosters rosters;

        /** Has everybody beat. */
        @Setup
        public void start(Population population) {
            server = fill(SqlWay.BARE, population);
            rosters = new PulseRosters(server.jdbcUrl(), CONNECTIONS);
        }

        /** Ends what was started. */
        @TearDown
        public void stop() {
            rosters.close();
            server.close();
        }
    }

    private static PostgresServer fill(SqlWay way, Population population) {
        PostgresServer server = PostgresServer.start("shared_buffers=1GB", "max_wal_size=4GB");
        if (way == SqlWay.BARE) {
            try (PostgresProbe probe = new PostgresProbe(server)) {
                probe.execute(PulseBeats.SCHEMA);
            }
        }
        BeatRun.fill(
                way, new Job(server.jdbcUrl(), BeatOrder.of(population.users), 1, 4_000, (int) TIMEOUT.toSeconds()));
        return server;
    }
}
