package dev.presence.benchmarks;

import dev.presence.benchmarks.BeatRun.Window;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.servers.PostgresServer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Beats a second to one PostgreSQL, with everybody in it: ours beside the ways that people write by hand. The ways take turns
 * on tables that stay; the first turn warms up. Ratios are of one turn, and the median of the turns counts.
 */
final class SqlBeats {
    static final Map<String, Integer> DEFAULTS = Map.ofEntries(
            Map.entry("users", 1_000_000),
            Map.entry("seconds", 5),
            Map.entry("rounds", 3),
            Map.entry("threads", 2),
            Map.entry("connections", 1),
            Map.entry("depth", 4_000),
            Map.entry("fsync", 1),
            Map.entry("timeout", 3_600));

    private final Arguments arguments;
    private final BeatOrder users;
    private final Map<SqlWay, List<Window>> windows = new EnumMap<>(SqlWay.class);

    SqlBeats(Arguments arguments) {
        this.arguments = arguments;
        users = BeatOrder.of(arguments.get("users"));
    }

    void run(Bars bars) {
        try (PostgresServer server = start(arguments);
                PostgresProbe probe = new PostgresProbe(server)) {
            probe.execute(PulseBeats.SCHEMA);
            // In another order than they beat in: those who lie together do not beat together.
            BeatOrder coming = BeatOrder.of(users.size(), 2);
            BeatRun.fill(SqlWay.BARE, job(SqlWay.BARE, server, coming));
            BeatRun.fill(SqlWay.STORE, job(SqlWay.STORE, server, coming));
            String bytes = String.format(
                    "Bytes per user, indexes included, once all have come: %.1f ours, %.1f the table of users and times.",
                    probe.bytes(PostgresProbe.OURS) / users.size(), probe.bytes("pulse") / users.size());
            for (int round = 0; round <= arguments.get("rounds"); round++) {
                for (SqlWay way : SqlWay.values()) {
                    Window window = BeatRun.watch(way, job(way, server, users), arguments.get("seconds"), probe);
                    if (round > 0) {
                        windows.computeIfAbsent(way, first -> new ArrayList<>()).add(window);
                    }
                }
            }
            print(probe.toString());
            System.out.println("\n" + bytes);
        }
        boolean isSynced = arguments.get("fsync") != 0;
        judge(bars, "of one `UPDATE` and commit per beat", isSynced ? 30 : 5, SqlWay.ALONE);
        judge(bars, "of the bare upsert", 0.8, SqlWay.BARE);
    }

    private void judge(Bars bars, String what, double bar, SqlWay peer) {
        List<Window> ours = windows.getOrDefault(SqlWay.TRACKER, List.of());
        List<Window> theirs = windows.getOrDefault(peer, List.of());
        bars.atLeast(
                "beats to PostgreSQL, " + what,
                bar,
                Medians.ratios(ours, theirs, Window::perSecond),
                String.format(
                        "%,.0f against %,.0f beats/s",
                        Medians.of(ours, Window::perSecond), Medians.of(theirs, Window::perSecond)));
    }

    /** With more memory and rarer checkpoints than by default, as any server has that is meant for such a load. */
    static PostgresServer start(Arguments arguments) {
        String fsync = arguments.get("fsync") == 0 ? "fsync=off" : "fsync=on";
        return PostgresServer.start(fsync, "shared_buffers=1GB", "max_wal_size=4GB");
    }

    private Job job(SqlWay way, PostgresServer server, BeatOrder order) {
        return new Job(server.jdbcUrl(), order, way.threads(arguments), way.depth(arguments), arguments.get("timeout"));
    }

    private void print(String server) {
        System.out.printf(
                "%n### Beats to %s, %,d users, medians of %d turns of %d s%n%n"
                        + "| way | threads | batch | beats/s | least | most | us of the server | us of the client |"
                        + " transactions per 1,000 beats, about |%n|---|---|---|---|---|---|---|---|---|%n",
                server, users.size(), arguments.get("rounds"), arguments.get("seconds"));
        windows.forEach((way, measured) -> System.out.printf(
                "| %s | %d | %,d | %,.0f | %,.0f | %,.0f | %.2f | %.2f | %.1f |%n",
                way,
                way.threads(arguments),
                way.depth(arguments),
                Medians.of(measured, Window::perSecond),
                measured.stream().mapToDouble(Window::perSecond).min().orElse(0),
                measured.stream().mapToDouble(Window::perSecond).max().orElse(0),
                Medians.of(measured, Window::serverMicros),
                Medians.of(measured, Window::clientMicros),
                1_000 * Medians.of(measured, Window::calls)));
    }
}
