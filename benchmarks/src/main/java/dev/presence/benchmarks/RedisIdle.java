package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.redis.RedisPresenceStore;
import dev.presence.servers.RedisServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * What sweeping costs the server while nobody lapses, with 1, 2 and 4 trackers attached: without any beats, its CPU time less that
 * with no tracker; and with everybody beating twice per time-out, as then buckets become due again and again, the time of the scripts that
 * run without beats too. A difference of CPU times would hold the drift of the machine in what the beats cost; so what sweeps make the
 * beats cost by taking their place in the caches is not counted.
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
    private static final double MOST = 5;
    private static final String UNIT = " % of a core";

    private final Arguments arguments;
    private final BeatOrder users;
    private final List<Row> rows = new ArrayList<>();
    private int from;
    private volatile boolean beating = true;

    private enum State {
        BEATING,
        SILENT
    }

    /** CPU time in per cent of a core, the scripts in a second, and the time of each in per cent of a core, by digest. */
    private record Row(int nodes, State state, double cpu, double scripts, Map<String, Double> times) {
        double time(Set<String> scripts) {
            return times.entrySet().stream()
                    .filter(script -> scripts.contains(script.getKey()))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
        }

        double time() {
            return time(times.keySet());
        }
    }

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
            SlowLog log = new SlowLog(probe.commands());
            Job job = new Job(server.uri(), users, 1, 1_000, arguments.get("timeout"));
            BeatRun.fill(BeatWay.STORE, job);
            try (BeatWriter writer = BeatWay.STORE.open(job)) {
                OpenLoop beats = new OpenLoop(
                        "beats", 2.0 * BATCHES / arguments.get("timeout"), 1, number -> beat(writer, perBatch));
                beats.start();
                measureAll(job, probe, log);
                beats.end();
            }
            print(probe.toString());
        }
        judge(bars);
    }

    private boolean beat(BeatWriter writer, int count) {
        if (beating) {
            int to = Math.min(users.size(), from + count);
            writer.write(0, from, to);
            from = to % users.size();
        }
        return beating;
    }

    private void measureAll(Job job, RedisProbe probe, SlowLog log) {
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
            rows.add(measure(count, State.BEATING, probe, log, round)); // in which each bucket is due about once
            beating = false;
            rows.add(measure(count, State.SILENT, probe, log, arguments.get("seconds") * 1_000_000_000L));
        }
    }

    private Row measure(int nodes, State state, RedisProbe probe, SlowLog log, long forNanos) {
        LockSupport.parkNanos(SETTLING_NANOS);
        RedisProbe.Work before = probe.work();
        double cpu = probe.cpuSeconds();
        long nanos = System.nanoTime();
        Map<String, Long> micros = log.watch(forNanos);
        double used = probe.cpuSeconds() - cpu;
        double seconds = (System.nanoTime() - nanos) / 1e9;
        RedisProbe.Work work = probe.work().since(before);
        Map<String, Double> times = new HashMap<>();
        micros.forEach((script, all) -> times.put(script, all / seconds / 1e4));
        return new Row(nodes, state, 100 * used / seconds, work.scripts() / seconds, times);
    }

    private List<Row> rows(State state) {
        return rows.stream().filter(row -> row.state == state).toList();
    }

    /** The scripts that run while nobody beats. */
    private Set<String> ofSweeps() {
        return rows(State.SILENT).stream()
                .flatMap(row -> row.times.keySet().stream())
                .collect(Collectors.toSet());
    }

    private void print(String server) {
        System.out.printf(
                "%n### What sweeping costs %s, %,d users online, %d s each while they beat, else %d s%n%n"
                        + "| trackers | users are | CPU, %% of a core | scripts/s | of these, %% of a core | of these, for sweeps |%n"
                        + "|---|---|---|---|---|---|%n",
                server, users.size(), arguments.get("timeout") / 2, arguments.get("seconds"));
        rows.forEach(row -> System.out.printf(
                "| %d | %s | %.2f | %,.0f | %.2f | %.2f |%n",
                row.nodes,
                row.state == State.BEATING ? "beating" : "silent",
                row.cpu,
                row.scripts,
                row.time(),
                row.time(ofSweeps())));
    }

    /** While nobody beats all that the server does is for sweeps; else their scripts, and as much more as goes with these in silence. */
    private void judge(Bars bars) {
        List<Row> silent = rows(State.SILENT);
        double without = silent.get(silent.size() - 1).cpu;
        double most = silent.stream().mapToDouble(Row::cpu).max().orElse(0) - without;
        bars.atMost(
                "sweeps by 1, 2 or 4 nodes, no beats",
                MOST,
                UNIT,
                most,
                String.format(Locale.ROOT, "the dearest, less the %.2f without trackers", without));
        double beside =
                silent.stream().mapToDouble(row -> row.cpu - row.time()).max().orElse(0) - without;
        double scripts = rows(State.BEATING).stream()
                .mapToDouble(row -> row.time(ofSweeps()))
                .max()
                .orElse(0);
        bars.atMost(
                "sweeps by 1, 2 or 4 nodes, everybody beating twice per time-out",
                MOST,
                UNIT,
                scripts + beside,
                String.format(
                        Locale.ROOT, "the dearest; scripts %.2f, beside them %.2f as in silence", scripts, beside));
    }
}
