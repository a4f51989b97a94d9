package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.servers.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * What sweeping costs PostgreSQL while nobody lapses: its CPU time with 1, 2 and 4 trackers attached less that with none, while
 * everybody beats twice per time-out and while nobody beats. First a tracker sweeps for one time-out, the quiet period, in which a
 * sweep would do less.
 */
final class SqlIdle {
    static final Map<String, Integer> DEFAULTS =
            Map.of("users", 1_000_000, "seconds", 10, "timeout", 60, "fsync", 1, "depth", 4_000);

    private static final int[] NODES = {1, 2, 4, 0}; // without any last: a gap without sweeps brings a quiet period
    private static final long SETTLING_NANOS = 2_000_000_000L;

    private final Arguments arguments;
    private final BeatOrder users;
    private final List<Row> rows = new ArrayList<>();
    private int from;
    private volatile boolean beating = true;

    /** CPU time in per cent of a core, and transactions a second. */
    private record Row(int nodes, boolean beating, double cpu, double transactions) {}

    private record Node(SqlStore store, HeartbeatTracker tracker) {
        void close() {
            tracker.close();
            store.close();
        }
    }

    SqlIdle(Arguments arguments) {
        this.arguments = arguments;
        users = BeatOrder.of(arguments.get("users"));
        if (arguments.get("seconds") + 10 > arguments.get("timeout") / 2) {
            throw new IllegalArgumentException(
                    "users would lapse: --seconds has to be less than half of --timeout by 10");
        }
    }

    void run(Bars bars) {
        int depth = arguments.get("depth");
        try (PostgresServer server = SqlBeats.start(arguments);
                PostgresProbe probe = new PostgresProbe(server)) {
            Job job = new Job(server.jdbcUrl(), users, 1, depth, arguments.get("timeout"));
            BeatRun.fill(SqlWay.STORE, job);
            try (BeatWriter writer = SqlWay.STORE.open(job)) {
                double batches = 2.0 * users.size() / depth / arguments.get("timeout");
                OpenLoop beats = new OpenLoop("beats", batches, 1, number -> beat(writer, depth));
                beats.start();
                measureAll(server, probe);
                beats.end();
            }
            System.out.printf(
                    "%n### What sweeping costs %s, %,d users online, %d s each while they beat, else %d s%n%n"
                            + "| trackers | users are | CPU, %% of a core | transactions/s |%n|---|---|---|---|%n",
                    probe, users.size(), arguments.get("timeout") / 2, arguments.get("seconds"));
        }
        rows.forEach(row -> System.out.printf(
                "| %d | %s | %.2f | %,.0f |%n",
                row.nodes, row.beating ? "beating" : "silent", row.cpu, row.transactions));
        judge(bars, false, "no beats");
        judge(bars, true, "everybody beating twice per time-out");
    }

    private boolean beat(BeatWriter writer, int count) {
        if (beating) {
            int to = Math.min(users.size(), from + count);
            writer.write(0, from, to);
            from = to % users.size();
        }
        return beating;
    }

    private void measureAll(PostgresServer server, PostgresProbe probe) {
        List<Node> nodes = new ArrayList<>(List.of(open(server)));
        long round = arguments.get("timeout") * 500_000_000L; // in which everybody beats
        LockSupport.parkNanos(round);
        for (int count : NODES) {
            while (nodes.size() < count) {
                nodes.add(open(server));
            }
            while (nodes.size() > count) {
                nodes.remove(nodes.size() - 1).close();
            }
            beating = true;
            rows.add(measure(count, probe, round)); // in which each bucket is due about once
            beating = false;
            rows.add(measure(count, probe, arguments.get("seconds") * 1_000_000_000L));
        }
    }

    private Node open(PostgresServer server) {
        SqlStore store = SqlStore.open(server.jdbcUrl(), 2, Duration.ofSeconds(arguments.get("timeout")));
        HeartbeatTracker tracker = HeartbeatTracker.create(store.store());
        return new Node(store, tracker);
    }

    private Row measure(int nodes, PostgresProbe probe, long forNanos) {
        LockSupport.parkNanos(SETTLING_NANOS);
        long transactions = probe.calls();
        double cpu = probe.cpuSeconds();
        long nanos = System.nanoTime();
        LockSupport.parkNanos(forNanos);
        double used = probe.cpuSeconds() - cpu;
        double seconds = (System.nanoTime() - nanos) / 1e9;
        return new Row(nodes, beating, 100 * used / seconds, (probe.calls() - transactions) / seconds);
    }

    private void judge(Bars bars, boolean isBeating, String when) {
        List<Row> ours = rows.stream().filter(row -> row.beating == isBeating).toList();
        double without = ours.get(ours.size() - 1).cpu;
        double most = ours.stream().mapToDouble(Row::cpu).max().orElse(0);
        bars.atMost(
                "sweeps by 1, 2 or 4 nodes, " + when,
                10,
                " % of a core",
                most - without,
                String.format("the dearest; %.2f less the %.2f without trackers", most, without));
    }
}
