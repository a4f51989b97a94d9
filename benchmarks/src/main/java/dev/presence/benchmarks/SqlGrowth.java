package dev.presence.benchmarks;

import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.servers.PostgresServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What beats, rosters, sweeps and users cost PostgreSQL with few of these and with many, beside a table of users and times with a bare upsert
 * and one {@code SELECT}. Both are in the same database and take turns; each number of users has a server of its own.
 */
final class SqlGrowth {
    private static final int TIMEOUT_SECONDS = 86_400;
    private static final int CONNECTIONS = 3;

    private final Arguments arguments;
    private final Growth growth;

    SqlGrowth(Arguments arguments) {
        this.arguments = arguments;
        String where = arguments.get("fsync") == 0 ? "PostgreSQL, fsync off" : "PostgreSQL";
        growth = new Growth(where, "a bare table", arguments);
    }

    static Map<String, Integer> defaults() {
        Map<String, Integer> defaults = new HashMap<>(Growth.DEFAULTS);
        defaults.put("users", 1_000_000);
        defaults.put("depth", 4_000);
        defaults.put("fsync", 0);
        return defaults;
    }

    void run(Bars bars) {
        for (int users : growth.users()) {
            try (PostgresServer server = SqlBeats.start(arguments);
                    PostgresProbe probe = new PostgresProbe(server)) {
                measure(users, server.jdbcUrl(), probe);
            }
        }
        growth.print();
        growth.judge(bars);
    }

    private void measure(int users, String url, PostgresProbe probe) {
        probe.execute(PulseBeats.SCHEMA);
        BeatOrder coming = BeatOrder.of(users, 2); // who lie together do not beat together
        Job filling = new Job(url, coming, 1, arguments.get("depth"), TIMEOUT_SECONDS);
        BeatRun.fill(SqlWay.BARE, filling);
        BeatRun.fill(SqlWay.STORE, filling);
        probe.execute("VACUUM ANALYZE"); // which else goes on while sweeps are measured
        probe.execute("CHECKPOINT");
        try (SqlStore opened = SqlStore.open(url, CONNECTIONS, Duration.ofSeconds(TIMEOUT_SECONDS));
                PulseRosters bare = new PulseRosters(url, CONNECTIONS)) {
            double sweep = SweepCost.micros(opened.store(), probe::cpuSeconds);
            growth.add(Growth.SWEEP, Growth.MICROS, users, List.of(sweep), List.of());
            Job job = new Job(url, BeatOrder.of(users), 1, arguments.get("depth"), TIMEOUT_SECONDS);
            growth.inTurn(
                    Growth.BEAT, users, () -> beat(SqlWay.STORE, job, probe), () -> beat(SqlWay.BARE, job, probe));
            growth.add(
                    Growth.MEMORY,
                    Growth.BYTES,
                    users,
                    List.of(probe.bytes(PostgresProbe.OURS) / users),
                    List.of(probe.bytes("pulse") / users));
            DrawnRosters rosters = new DrawnRosters(users);
            int seconds = arguments.get("seconds");
            growth.inTurn(
                    Growth.ROSTER,
                    users,
                    () -> rosters.micros(seconds, opened.store()::statuses),
                    () -> rosters.micros(seconds, bare::known));
        }
    }

    private double beat(SqlWay way, Job job, PostgresProbe probe) {
        return BeatRun.watch(way, job, arguments.get("seconds"), probe).microsPerBeat();
    }
}
