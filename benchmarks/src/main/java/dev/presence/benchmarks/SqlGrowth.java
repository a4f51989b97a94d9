package dev.presence.benchmarks;

import dev.presence.benchmarks.BeatRun.Window;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.servers.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a beat costs PostgreSQL with few users and with many, beside a bare upsert of the same batch: what grows with that too is
 * the server's. Both tables are made anew for each number of users.
 */
final class SqlGrowth {
    static final Map<String, Integer> DEFAULTS =
            Map.of("from", 10_000, "users", 1_000_000, "seconds", 5, "rounds", 3, "depth", 4_000, "fsync", 0);

    private static final int TIMEOUT_SECONDS = 86_400;

    private final Arguments arguments;
    private final TreeMap<Integer, List<Pair>> turns = new TreeMap<>();

    private record Pair(Window ours, Window bare) {}

    SqlGrowth(Arguments arguments) {
        this.arguments = arguments;
    }

    void run(Bars bars) {
        for (long users = arguments.get("from"); users <= arguments.get("users"); users *= 10) {
            turns.put((int) users, measure((int) users));
        }
        System.out.printf(
                "%n### Growth of a beat to PostgreSQL, us per beat, medians of %d turns%n%n"
                        + "| users | ours | bare | ours, of the server | bare, of the server |%n|---|---|---|---|---|%n",
                arguments.get("rounds"));
        turns.forEach((users, pairs) -> System.out.printf(
                "| %,d | %.2f | %.2f | %.2f | %.2f |%n",
                users,
                Medians.of(pairs, pair -> pair.ours.microsPerBeat()),
                Medians.of(pairs, pair -> pair.bare.microsPerBeat()),
                Medians.of(pairs, pair -> pair.ours.serverMicros()),
                Medians.of(pairs, pair -> pair.bare.serverMicros())));
        List<Pair> few = turns.firstEntry().getValue();
        List<Pair> many = turns.lastEntry().getValue();
        double ours = Medians.of(many, pair -> pair.ours.microsPerBeat())
                / Medians.of(few, pair -> pair.ours.microsPerBeat());
        double bare = Medians.of(many, pair -> pair.bare.microsPerBeat())
                / Medians.of(few, pair -> pair.bare.microsPerBeat());
        bars.atMost(
                "growth of a beat to PostgreSQL",
                1.5,
                " x",
                ours / bare,
                String.format("%.2f against %.2f x of the bare upsert", ours, bare));
    }

    private List<Pair> measure(int users) {
        try (PostgresServer server = SqlBeats.start(arguments);
                PostgresProbe probe = new PostgresProbe(server)) {
            Job job = new Job(server.jdbcUrl(), BeatOrder.of(users), 1, arguments.get("depth"), TIMEOUT_SECONDS);
            probe.execute(PulseBeats.SCHEMA);
            BeatOrder coming = BeatOrder.of(users, 2); // who lie together do not beat together
            Job filling = new Job(server.jdbcUrl(), coming, 1, arguments.get("depth"), TIMEOUT_SECONDS);
            BeatRun.fill(SqlWay.BARE, filling);
            BeatRun.fill(SqlWay.STORE, filling);
            List<Pair> pairs = new ArrayList<>();
            for (int round = 0; round <= arguments.get("rounds"); round++) {
                Pair pair = new Pair(one(SqlWay.STORE, job, probe), one(SqlWay.BARE, job, probe));
                if (round > 0) { // the first warms up
                    pairs.add(pair);
                }
            }
            return pairs;
        }
    }

    private Window one(SqlWay way, Job job, PostgresProbe probe) {
        return BeatRun.watch(way, job, arguments.get("seconds"), probe::cpuSeconds);
    }
}
