package dev.presence.benchmarks;

import dev.presence.benchmarks.BeatRun.Window;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.servers.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a beat costs with few users and with many, beside the bare writer: what grows with that too is cache misses. Ours is
 * measured from the buffer on, since a tracker has few users wait for its flush.
 */
final class RedisGrowth {
    static final Map<String, Integer> DEFAULTS =
            Map.of("from", 10_000, "users", 1_000_000, "seconds", 5, "rounds", 3, "depth", 1_000);

    private static final int TIMEOUT_SECONDS = 3_600; // nobody is to lapse while ten million come

    private final Arguments arguments;
    private final Map<Integer, List<Pair>> turns = new TreeMap<>();

    private record Pair(Window ours, Window bare) {}

    RedisGrowth(Arguments arguments) {
        this.arguments = arguments;
    }

    void run(Bars bars) {
        try (RedisServer server = RedisServer.start();
                RedisProbe probe = new RedisProbe(server.uri())) {
            measure(arguments.get("from"), server.uri(), probe); // warms up
            for (long users = arguments.get("from"); users <= arguments.get("users"); users *= 10) {
                turns.put((int) users, measure((int) users, server.uri(), probe));
            }
            print(probe.toString());
        }
        List<Pair> few = turns.getOrDefault(arguments.get("from"), List.of());
        List<Pair> many = ((TreeMap<Integer, List<Pair>>) turns).lastEntry().getValue();
        double ours = Medians.of(many, RedisGrowth::ours) / Medians.of(few, RedisGrowth::ours);
        double bare = Medians.of(many, RedisGrowth::bare) / Medians.of(few, RedisGrowth::bare);
        bars.atMost(
                "growth of a beat to Redis",
                1.5,
                " x",
                ours / bare,
                String.format("%.2f against %.2f x of the bare writer", ours, bare));
    }

    private List<Pair> measure(int users, String uri, RedisProbe probe) {
        Job job = new Job(uri, BeatOrder.of(users), 1, arguments.get("depth"), TIMEOUT_SECONDS);
        List<Pair> pairs = new ArrayList<>();
        for (int round = 0; round < arguments.get("rounds"); round++) {
            pairs.add(new Pair(one(BeatWay.STORE, job, probe), one(BeatWay.BARE, job, probe)));
        }
        return pairs;
    }

    private Window one(BeatWay way, Job job, RedisProbe probe) {
        var unused = probe.commands().flushall();
        BeatRun.fill(way, job);
        return BeatRun.watch(way, job, arguments.get("seconds"), probe::cpuSeconds);
    }

    private void print(String server) {
        System.out.printf(
                "%n### Growth of a beat to %s, us per beat, medians of %d turns%n%n"
                        + "| users | ours | bare | ours, of the server | bare, of the server |%n|---|---|---|---|---|%n",
                server, arguments.get("rounds"));
        turns.forEach((users, pairs) -> System.out.printf(
                "| %,d | %.2f | %.2f | %.2f | %.2f |%n",
                users,
                Medians.of(pairs, RedisGrowth::ours),
                Medians.of(pairs, RedisGrowth::bare),
                Medians.of(pairs, pair -> pair.ours.serverMicros()),
                Medians.of(pairs, pair -> pair.bare.serverMicros())));
    }

    private static double ours(Pair pair) {
        return pair.ours.microsPerBeat();
    }

    private static double bare(Pair pair) {
        return pair.bare.microsPerBeat();
    }
}
