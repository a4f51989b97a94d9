package dev.presence.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is measured on servers: each by a command of its own, and all of a kind but the growth by the name of the kind. */
final class Measurements {
    private static final String GROWTH = "-growth";
    private static final Map<String, Integer> ROSTERS = Map.of("users", 1_000_000, "threads", 2, "rounds", 3);

    private static final List<Measurement> ALL = List.of(
            new Measurement("redis-beats", RedisBeats.DEFAULTS, (given, bars) -> new RedisBeats(given).run(bars)),
            new Measurement("redis-memory", RedisMemory.DEFAULTS, (given, bars) -> new RedisMemory(given).run(bars)),
            new Measurement(
                    "in-process",
                    Map.of("users", 1_000_000, "rounds", 5, "seconds", 5, "zipf", 1),
                    Measurements::measureInProcess),
            new Measurement(
                    "growth", InProcessGrowth.defaults(), (given, bars) -> new InProcessGrowth(given).run(bars)),
            new Measurement("redis-roster", ROSTERS, Measurements::measureRedisRosters),
            new Measurement("redis-idle", RedisIdle.DEFAULTS, (given, bars) -> new RedisIdle(given).run(bars)),
            new Measurement("redis-cluster", RedisSpread.DEFAULTS, (given, bars) -> new RedisSpread(given).run(bars)),
            new Measurement(
                    "redis" + GROWTH, RedisGrowth.defaults(), (given, bars) -> new RedisGrowth(given).run(bars)),
            new Measurement("sql-beats", SqlBeats.DEFAULTS, (given, bars) -> new SqlBeats(given).run(bars)),
            new Measurement("sql-size", SqlSize.DEFAULTS, (given, bars) -> new SqlSize(given).run(bars)),
            new Measurement("sql-roster", ROSTERS, Measurements::measureSqlRosters),
            new Measurement("sql-idle", SqlIdle.DEFAULTS, (given, bars) -> new SqlIdle(given).run(bars)),
            new Measurement("sql" + GROWTH, SqlGrowth.defaults(), (given, bars) -> new SqlGrowth(given).run(bars)),
            new Measurement("sql-pool", SqlPool.DEFAULTS, (given, bars) -> new SqlPool(given).run()));

    private Measurements() {}

    private static void measureInProcess(Arguments arguments, Bars bars) throws Exception {
        JmhRuns jmh = new JmhRuns();
        jmh.inProcess(arguments);
        jmh.print();
        jmh.judge(bars);
    }

    private static void measureRedisRosters(Arguments arguments, Bars bars) throws Exception {
        JmhRuns jmh = new JmhRuns();
        jmh.rosters("RedisRosterBenchmark", arguments);
        jmh.print();
        jmh.judgeRedisRosters(bars);
    }

    private static void measureSqlRosters(Arguments arguments, Bars bars) throws Exception {
        JmhRuns jmh = new JmhRuns();
        jmh.rosters("SqlRosterBenchmark", arguments);
        jmh.print();
        jmh.judgeSqlRosters(bars);
    }

    static boolean isCommand(String command) {
        return !of(command).isEmpty();
    }

    private static List<Measurement> of(String command) {
        return ALL.stream().filter(one -> isMeant(command, one.command())).toList();
    }

    private static boolean isMeant(String command, String one) {
        boolean isOfTheKind = one.startsWith(command + "-") && !one.endsWith(GROWTH);
        return isOfTheKind || one.equals(command);
    }

    /** An option goes to each that has it. */
    static void run(String command, List<String> options, Bars bars) throws Exception {
        Map<String, Integer> known = new HashMap<>();
        of(command).forEach(one -> known.putAll(one.defaults()));
        Arguments.parse(options, known); // refuses what none has
        for (Measurement one : of(command)) {
            one.run(Arguments.parse(Arguments.of(options, one.defaults().keySet()), one.defaults()), bars);
        }
    }
}
