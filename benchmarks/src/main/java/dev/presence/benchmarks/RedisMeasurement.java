package dev.presence.benchmarks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** What is measured on Redis: each by a command of its own, all but the growth by {@code redis}. */
enum RedisMeasurement {
    /** Beats a second. */
    BEATS(RedisBeats.DEFAULTS) {
        @Override
        void run(Arguments arguments, Bars bars) {
            new RedisBeats(arguments).run(bars);
        }
    },
    /** Memory per user. */
    MEMORY(RedisMemory.DEFAULTS) {
        @Override
        void run(Arguments arguments, Bars bars) {
            new RedisMemory(arguments).run(bars);
        }
    },
    /** Rosters a second. */
    ROSTER(Map.of("users", 1_000_000, "threads", 2, "forks", 3)) {
        @Override
        void run(Arguments arguments, Bars bars) throws RunnerException {
            JmhRuns jmh = new JmhRuns();
            jmh.redisRosters(arguments);
            jmh.print();
            jmh.judgeRedisRosters(bars);
        }
    },
    /** What sweeping costs. */
    IDLE(RedisIdle.DEFAULTS) {
        @Override
        void run(Arguments arguments, Bars bars) {
            new RedisIdle(arguments).run(bars);
        }
    },
    /** The shares of the masters of a cluster. */
    CLUSTER(RedisSpread.DEFAULTS) {
        @Override
        void run(Arguments arguments, Bars bars) {
            new RedisSpread(arguments).run(bars);
        }
    },
    /** What a beat costs with few users and with many. */
    GROWTH(RedisGrowth.DEFAULTS) {
        @Override
        void run(Arguments arguments, Bars bars) {
            new RedisGrowth(arguments).run(bars);
        }
    };

    private static final String ALL = "redis";

    @SuppressWarnings("ImmutableEnumChecker") // all of them are made by Map.of
    private final Map<String, Integer> defaults;

    RedisMeasurement(Map<String, Integer> defaults) {
        this.defaults = defaults;
    }

    abstract void run(Arguments arguments, Bars bars) throws RunnerException;

    private String command() {
        return ALL + "-" + name().toLowerCase(Locale.ROOT);
    }

    static boolean isCommand(String command) {
        return !of(command).isEmpty();
    }

    private static List<RedisMeasurement> of(String command) {
        return Arrays.stream(values())
                .filter(one -> command.equals(ALL) ? one != GROWTH : command.equals(one.command()))
                .toList();
    }

    /** An option goes to each that has it. */
    static void run(String command, List<String> options, Bars bars) throws RunnerException {
        Map<String, Integer> known = new HashMap<>();
        of(command).forEach(one -> known.putAll(one.defaults));
        Arguments.parse(options, known); // refuses what none has
        for (RedisMeasurement one : of(command)) {
            one.run(Arguments.parse(Arguments.of(options, one.defaults.keySet()), one.defaults), bars);
        }
    }
}
