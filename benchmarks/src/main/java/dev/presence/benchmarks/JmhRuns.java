package dev.presence.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Which benchmarks are run how, and what came of them. */
final class JmhRuns {
    private static final double NEXT_TO_NOTHING = 0.1; // bytes per operation that the clock's own thread leaves behind

    private final List<RunResult> results = new ArrayList<>();

    /** What can be said in two minutes. */
    void quick() throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(1)
                .warmupIterations(1)
                .warmupTime(TimeValue.seconds(2))
                .measurementIterations(2)
                .measurementTime(TimeValue.seconds(1));
        run(new OptionsBuilder()
                .parent(options.build())
                .include("BeatBenchmark")
                .include("\\.RosterBenchmark")
                .include("MixedBenchmark.*OneToOne")
                .include("ReturnBenchmark")
                .addProfiler(GCProfiler.class));
        run(new OptionsBuilder()
                .parent(options.build())
                .include("BeatBenchmark.(tracker|caffeinePut)$")
                .param("distribution", Distribution.ZIPF.name())
                .addProfiler(GCProfiler.class));
        run(new OptionsBuilder()
                .parent(options.build())
                .include("ExpiryBenchmark")
                .warmupIterations(1)
                .measurementIterations(1));
    }

    /** Everything, as the annotations have it. */
    void full() throws RunnerException {
        run(new OptionsBuilder()
                .include("\\.(Beat|Roster|Mixed|Return)Benchmark")
                .param("distribution", Distribution.UNIFORM.name(), Distribution.ZIPF.name())
                .addProfiler(GCProfiler.class));
        run(new OptionsBuilder().include("ExpiryBenchmark"));
    }

    /** What some users cost, beside a bare map in turn. */
    void growth(int users, Arguments arguments) throws RunnerException {
        for (int round = 0; round < arguments.get("rounds"); round++) {
            run(new OptionsBuilder()
                    .include("\\.BeatBenchmark.(tracker|mapCellByTicks)$")
                    .include("\\.RosterBenchmark.(tracker|mapGet)$")
                    .param("users", Integer.toString(users))
                    .measurementIterations(arguments.get("seconds"))
                    .forks(1)
                    .jvmArgsAppend(
                            "-Xms" + arguments.get("heap") + "g",
                            "-Xmx" + arguments.get("heap") + "g",
                            "-XX:-AlwaysPreTouch"));
        }
    }

    /** How long each takes, round by round. */
    List<Double> micros(String group, String method) {
        return find(group, method, Distribution.UNIFORM).stream()
                .map(result -> 1 / score(result))
                .toList();
    }

    /** What hosts call in process, ours and the peer's in turn. */
    void inProcess(Arguments arguments) throws RunnerException {
        for (int round = 0; round < arguments.get("rounds"); round++) {
            run(new OptionsBuilder()
                    .include("\\.BeatBenchmark.(tracker|trackerWithSession|caffeinePut)$")
                    .include("\\.RosterBenchmark.(tracker|caffeineGet)$")
                    .param("users", Integer.toString(arguments.get("users")))
                    .param("distribution", drawn(arguments))
                    .measurementIterations(arguments.get("seconds"))
                    .forks(1)
                    .addProfiler(GCProfiler.class));
        }
    }

    private static String[] drawn(Arguments arguments) {
        return Arrays.stream(Distribution.values())
                .filter(distribution -> distribution == Distribution.UNIFORM || arguments.get("zipf") == 1)
                .map(Distribution::name)
                .toArray(String[]::new);
    }

    /** Rosters from one server, by the ways in turn. */
    void rosters(String benchmark, Arguments arguments) throws RunnerException {
        for (int round = 0; round < arguments.get("rounds"); round++) {
            run(new OptionsBuilder()
                    .include("\\." + benchmark)
                    .param("users", Integer.toString(arguments.get("users")))
                    .threads(arguments.get("threads"))
                    .forks(1));
        }
    }

    void judgeSqlRosters(Bars bars) {
        ratio(
                bars,
                "roster of 10 from a view, of one from PostgreSQL",
                20,
                "SqlRoster",
                "view",
                "store",
                Distribution.UNIFORM);
    }

    void judgeRedisRosters(Bars bars) {
        ratio(bars, "roster of 10 from Redis, tracker", 0.4, "RedisRoster", "tracker", "mget", Distribution.UNIFORM);
        ratio(bars, "roster of 10 from Redis, store", 0.4, "RedisRoster", "store", "mget", Distribution.UNIFORM);
        ratio(bars, "roster of 10 from a view", 20, "RedisRoster", "view", "store", Distribution.UNIFORM);
    }

    private void run(ChainedOptionsBuilder options) throws RunnerException {
        results.addAll(new Runner(options.shouldFailOnError(true).build()).run());
    }

    void print() {
        System.out.printf(
                "%n### JMH%n%n| benchmark | users | drawn | score | unit | B/op |%n|---|---|---|---|---|---|%n");
        for (RunResult result : results) {
            Result<?> score = result.getPrimaryResult();
            double error = score.getScoreError();
            System.out.printf(
                    "| %s | %s | %s | %s%s | %s | %s |%n",
                    result.getParams().getBenchmark().replaceFirst(".*\\.(\\w+)Benchmark\\.", "$1: "),
                    result.getParams().getParam("users"),
                    distribution(result).toLowerCase(Locale.ROOT),
                    number(score.getScore()),
                    Double.isNaN(error) ? "" : " ± " + number(error),
                    score.getScoreUnit(),
                    Double.isNaN(allocated(result)) ? "" : number(allocated(result)));
        }
    }

    void judge(Bars bars) {
        for (Distribution distribution : Distribution.values()) {
            String drawn = ", " + distribution.name().toLowerCase(Locale.ROOT);
            ratio(bars, "beat" + drawn, 3, "Beat", "tracker", "caffeinePut", distribution);
            ratio(bars, "beat with session id" + drawn, 3, "Beat", "trackerWithSession", "caffeinePut", distribution);
            ratio(bars, "roster of 10" + drawn, 2, "Roster", "tracker", "caffeineGet", distribution);
            nothing(bars, "beat" + drawn, "tracker", distribution);
            nothing(bars, "beat with session id" + drawn, "trackerWithSession", distribution);
        }
    }

    private void ratio(
            Bars bars, String what, double bar, String group, String ours, String peer, Distribution distribution) {
        List<RunResult> our = find(group, ours, distribution);
        List<RunResult> their = find(group, peer, distribution);
        if (!our.isEmpty() && !their.isEmpty()) {
            bars.atLeast(
                    what,
                    bar,
                    Medians.ratios(our, their, JmhRuns::score),
                    number(Medians.of(our, JmhRuns::score)) + " against "
                            + number(Medians.of(their, JmhRuns::score)) + " "
                            + our.get(0).getPrimaryResult().getScoreUnit());
        }
    }

    private void nothing(Bars bars, String what, String ours, Distribution distribution) {
        List<RunResult> our = find("Beat", ours, distribution);
        if (!our.isEmpty()) {
            double most = our.stream().mapToDouble(JmhRuns::allocated).max().orElse(0);
            bars.atMost(what + ", garbage", NEXT_TO_NOTHING, " B/op", most, "gc.alloc.rate.norm");
        }
    }

    private static double score(RunResult result) {
        return result.getPrimaryResult().getScore();
    }

    private List<RunResult> find(String group, String method, Distribution distribution) {
        return results.stream()
                .filter(result -> result.getParams().getBenchmark().endsWith(group + "Benchmark." + method))
                .filter(result -> distribution(result).equals(distribution.name()))
                .toList();
    }

    private static String distribution(RunResult result) {
        return result.getParams().getParamsKeys().contains("distribution")
                ? result.getParams().getParam("distribution")
                : "all";
    }

    private static double allocated(RunResult result) {
        for (String key : result.getSecondaryResults().keySet()) {
            if (key.endsWith("gc.alloc.rate.norm")) {
                return result.getSecondaryResults().get(key).getScore();
            }
        }
        return Double.NaN;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
    }
}
