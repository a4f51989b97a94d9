package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.TrackerHealth;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.servers.PostgresServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * What many beats leave behind in PostgreSQL, with autovacuum as it is by default: how many of the updates were heap-only, and
 * how large all is, per user. Everybody is online all the time, so none of the beats that count is a transition.
 */
final class SqlSize {
    static final Map<String, Integer> DEFAULTS =
            Map.of("users", 1_000_000, "beats", 10_000_000, "depth", 4_000, "fsync", 0);

    private static final int TIMEOUT_SECONDS = 86_400;

    private static final long SWEEPING_NANOS = 20_000_000_000L;

    private static final String OURS = "relname LIKE '" + PostgresProbe.OURS + "'";

    private final Arguments arguments;
    private final int users;

    SqlSize(Arguments arguments) {
        this.arguments = arguments;
        users = arguments.get("users");
    }

    void run(Bars bars) {
        try (PostgresServer server = SqlBeats.start(arguments);
                PostgresProbe probe = new PostgresProbe(server)) {
            System.out.printf(
                    "%n### What beats leave behind in %s, %,d users%n%n| beats | HOT, %% of updates | bytes per user |"
                            + " of these, by table |%n|---|---|---|---|%n",
                    probe, users);
            BeatRun.fill(SqlWay.STORE, job(server, 1));
            sweepFor(server);
            double updated = sum(probe, "n_tup_upd");
            double hot = sum(probe, "n_tup_hot_upd");
            row(probe, users, Double.NaN);
            double share = 0;
            int rounds = Math.max(1, arguments.get("beats") / users);
            for (int round = 1; round <= rounds; round++) {
                BeatRun.fill(SqlWay.STORE, job(server, round + 1));
                share = 100 * (sum(probe, "n_tup_hot_upd") - hot) / (sum(probe, "n_tup_upd") - updated);
                if (round == 1 || round == rounds) {
                    row(probe, (long) users * (round + 1), share);
                }
            }
            bars.atLeastPercent("HOT share of beats that are no transition", 95, share);
            bars.atMost("bytes per user after " + arguments.get("beats") + " beats", 200, " B", bytes(probe), "");
        }
    }

    /** In another order each time: those who came together, and lie together, do not go on to beat together. */
    private Job job(PostgresServer server, int round) {
        BeatOrder order = BeatOrder.of(users, round);
        return new Job(server.jdbcUrl(), order, 1, arguments.get("depth"), TIMEOUT_SECONDS);
    }

    /** Sweeps trim the feed of how everybody came. */
    private static void sweepFor(PostgresServer server) {
        try (SqlStore opened = SqlStore.open(server.jdbcUrl(), 2, Duration.ofSeconds(TIMEOUT_SECONDS));
                HeartbeatTracker tracker = HeartbeatTracker.create(opened.store())) {
            LockSupport.parkNanos(SWEEPING_NANOS);
            if (tracker.health().state() != TrackerHealth.State.UP) {
                throw new IllegalStateException("" + tracker.health());
            }
        }
    }

    private static double sum(PostgresProbe probe, String column) {
        probe.execute("SELECT pg_stat_force_next_flush()");
        return probe.number("SELECT sum(" + column + ") FROM pg_stat_user_tables WHERE " + OURS);
    }

    private double bytes(PostgresProbe probe) {
        return probe.bytes(PostgresProbe.OURS) / users;
    }

    private void row(PostgresProbe probe, long beats, double share) {
        String tables = probe.ask("""
                SELECT string_agg(relname || ' ' || round(pg_relation_size(relid) / %1$d.0, 1) || ' + '
                  || round(pg_indexes_size(relid) / %1$d.0, 1), ', ' ORDER BY relname)
                FROM pg_stat_user_tables WHERE %2$s AND pg_relation_size(relid) > %1$d
                """.formatted(users, OURS));
        System.out.printf("| %,d | %.2f | %.1f | %s (rows + indexes) |%n", beats, share, bytes(probe), tables);
    }
}
