package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.redis.RedisPresenceStore;
import dev.presence.servers.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * What sweeping costs the server while nobody lapses: its CPU time with 1, 2 and 4 trackers attached less that with none. Once
 * with everybody beating twice per time-out, as then buckets become due again and again; and once without any beats.
 *
 * <p>Buckets that were filled at once are looked into within an eighth of the time-out, in waves of half a time-out: so a turn lasts as long as
 * from wave to wave, or nearly so where nobody beats, since users must not lapse. The beats go by a store of their own, without a tracker. First a tracker sweeps for one
 * time-out, the quiet period, in which a sweep would do less. With the usual settings it takes 13 minutes.
 */
final class RedisIdle {
    static final Map<String, Integer> DEFAULTS = Map.of("users", 1_000_000, "seconds", 50, "timeout", 120);

    private static final int BATCHES = 1_000;
    private static final int[] NODES = {1, 2, 4, 0}; // without any last: a gap without sweeps brings a quiet period
    private static final long SETTLING_NANOS = 3_000_000_000L;

    private final Arguments arguments;
    private final BeatOrder users;
    private final List<Row> rows = new ArrayList<>();
    private int from;
    private volatile boolean beating = true;

    private enum State {
        BEATING,
        SILENT
    }

    /** CPU time in per cent of a core, and the scripts in it. */
    private record Row(int nodes, State state, double cpu, double scripts, double scriptMicros) {}

    private record Node(RedisPresenceStore store, HeartbeatTracker tracker) {
        static Node open(Job job) {
            RedisPresenceStore store = StoredBeats.open(job);
            return new Node(store, HeartbeatTracker.create(store));
        }

        void close() {
            tracker.close();
            store.close();
        }
    }

    RedisIdle(Arguments arguments) {
        this.arguments = arguments;
        users = BeatOrder.of(arguments.get("users"));
        if (arguments.get("seconds") + 10 > arguments.get("timeout") / 2) {
            throw new IllegalArgumentException(
                    "users would lapse: --seconds has to be less than half of --timeout by 10");
        }
    }

    void run(Bars bars) {
        int perBatch = Math.max(1, users.size() / BATCHES);
        try (RedisServer server = RedisServer.start();
                RedisProbe probe = new RedisProbe(server.uri())) {
            Job job = new Job(server.uri(), users, 1, 1_000, arguments.get("timeout"));
            BeatRun.fill(BeatWay.STORE, job);
            try (BeatWriter writer = BeatWay.STORE.open(job)) {
                OpenLoop beats = new OpenLoop(
                        "beats", 2.0 * BATCHES / arguments.get("timeout"), 1, number -> beat(writer, perBatch));
                beats.start();
                measureAll(job, probe);
                beats.end();
            }
            print(probe.toString());
        }
        judge(bars, State.SILENT, "no beats");
        judge(bars, State.BEATING, "everybody beating twice per time-out");
    }

    private boolean beat(BeatWriter writer, int count) {
        if (beating) {
            int to = Math.min(users.size(), from + count);
            writer.write(0, from, to);
            from = to % users.size();
        }
        return beating;
    }

    private void measureAll(Job job, RedisProbe probe) {
        List<Node> nodes = new ArrayList<>(List.of(Node.open(job)));
        long round = arguments.get("timeout") * 500_000_000L; // in which everybody beats
        LockSupport.parkNanos(round);
        for (int count : NODES) {
            while (nodes.size() < count) {
                nodes.add(Node.open(job));
            }
            while (nodes.size() > count) {
                nodes.remove(nodes.size() - 1).close();
            }
            beating = true;
            // Or those who were silent for long would be about to lapse, and be looked at again and again.
            LockSupport.parkNanos(round);
            rows.add(measure(count, State.BEATING, probe, round)); // in which each bucket is due about once
            beating = false;
            rows.add(measure(count, State.SILENT, probe, arguments.get("seconds") * 1_000_000_000L));
        }
    }

    private Row measure(int nodes, State state, RedisProbe probe, long forNanos) {
        LockSupport.parkNanos(SETTLING_NANOS);
        RedisProbe.Work before = probe.work();
        double cpu = probe.cpuSeconds();
        long nanos = System.nanoTime();
        LockSupport.parkNanos(forNanos);
        double used = probe.cpuSeconds() - cpu;
        double seconds = (System.nanoTime() - nanos) / 1e9;
        RedisProbe.Work work = probe.work().since(before);
        return new Row(nodes, state, 100 * used / seconds, work.scripts() / seconds, work.scriptMicros() / seconds);
    }

    private void print(String server) {
        System.out.printf(
                "%n### What sweeping costs %s, %,d users online, %d s each while they beat, else %d s%n%n"
                        + "| trackers | users are | CPU, %% of a core | scripts/s | of these, %% of a core |%n|---|---|---|---|---|%n",
                server, users.size(), arguments.get("timeout") / 2, arguments.get("seconds"));
        rows.forEach(row -> System.out.printf(
                "| %d | %s | %.2f | %,.0f | %.2f |%n",
                row.nodes,
                row.state == State.BEATING ? "beating" : "silent",
                row.cpu,
                row.scripts,
                row.scriptMicros / 1e4));
    }

    private void judge(Bars bars, State state, String when) {
        List<Row> ours = rows.stream().filter(row -> row.state == state).toList();
        double without = ours.get(ours.size() - 1).cpu;
        double most = ours.stream().mapToDouble(Row::cpu).max().orElse(0);
        bars.atMost(
                "sweeps by 1, 2 or 4 nodes, " + when,
                5,
                " % of a core",
                most - without,
                String.format("the dearest; %.2f less the %.2f without trackers", most, without));
    }
}
