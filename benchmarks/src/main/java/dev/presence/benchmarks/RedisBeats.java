package dev.presence.benchmarks;

import dev.presence.benchmarks.BeatRun.Window;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.servers.RedisServer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Beats a second to one server, with everybody in it: ours beside the ways that people write by hand. The ways take turns,
 * each on an empty server; the first turn warms up. Ratios are of one turn, and the median of the turns counts.
 */
final class RedisBeats {
    static final Map<String, Integer> DEFAULTS = Map.of(
            "users",
            1_000_000,
            "seconds",
            5,
            "rounds",
            3,
            "threads",
            2,
            "depth",
            1_000,
            "connections",
            1,
            "timeout",
            30);

    private final Arguments arguments;
    private final BeatOrder users;
    private final Map<BeatWay, List<Window>> windows = new EnumMap<>(BeatWay.class);
    private final Map<BeatWay, Double> bytes = new EnumMap<>(BeatWay.class); // per user, once all have come

    RedisBeats(Arguments arguments) {
        this.arguments = arguments;
        users = BeatOrder.of(arguments.get("users"));
    }

    void run(Bars bars) {
        try (RedisServer server = RedisServer.start();
                RedisProbe probe = new RedisProbe(server.uri())) {
            for (int round = 0; round <= arguments.get("rounds"); round++) {
                for (BeatWay way : BeatWay.values()) {
                    Window window = measure(way, server.uri(), probe);
                    if (round > 0) {
                        windows.computeIfAbsent(way, first -> new ArrayList<>()).add(window);
                    }
                }
            }
            print(probe.toString());
        }
        judge(bars);
    }

    private Window measure(BeatWay way, String uri, RedisProbe probe) {
        var unused = probe.commands().flushall();
        boolean isFirst = !bytes.containsKey(way); // to wait for closed connections takes a second each time
        long before = isFirst ? probe.settledBytes() : 0;
        BeatRun.fill(way, job(way.filling(), uri));
        if (isFirst) {
            bytes.put(way, (double) (probe.settledBytes() - before) / users.size());
        }
        return BeatRun.watch(way, job(way, uri), arguments.get("seconds"), probe);
    }

    private Job job(Beating way, String uri) {
        return new Job(uri, users, way.threads(arguments), way.depth(arguments), arguments.get("timeout"));
    }

    private void print(String server) {
        System.out.printf(
                "%n### Beats to %s, %,d users, medians of %d turns of %d s%n%n"
                        + "| way | threads | depth | beats/s | least | most | us of the server | us of the client |"
                        + " commands per beat | bytes per user, once all have come |%n|---|---|---|---|---|---|---|---|---|---|%n",
                server, users.size(), arguments.get("rounds"), arguments.get("seconds"));
        windows.forEach((way, measured) -> System.out.printf(
                "| %s | %d | %,d | %,.0f | %,.0f | %,.0f | %.2f | %.2f | %.2f | %.1f |%n",
                way,
                way.threads(arguments),
                way.depth(arguments),
                Medians.of(measured, Window::perSecond),
                measured.stream().mapToDouble(Window::perSecond).min().orElse(0),
                measured.stream().mapToDouble(Window::perSecond).max().orElse(0),
                Medians.of(measured, Window::serverMicros),
                Medians.of(measured, Window::clientMicros),
                Medians.of(measured, Window::calls),
                bytes.get(way)));
    }

    private void judge(Bars bars) {
        bars.atLeast(
                "beats to Redis, of `SET EX` awaited",
                5,
                ratios(BeatWay.TRACKER, BeatWay.AWAITED),
                rates(BeatWay.AWAITED));
        bars.atLeast(
                "beats to Redis, of the bare writer",
                0.5,
                ratios(BeatWay.TRACKER, BeatWay.BARE),
                rates(BeatWay.BARE) + "; aim 0.7");
    }

    private List<Double> ratios(BeatWay ours, BeatWay peer) {
        return Medians.ratios(of(ours), of(peer), Window::perSecond);
    }

    private String rates(BeatWay peer) {
        ToDoubleFunction<BeatWay> rate = way -> Medians.of(of(way), Window::perSecond);
        return String.format(
                "%,.0f against %,.0f beats/s", rate.applyAsDouble(BeatWay.TRACKER), rate.applyAsDouble(peer));
    }

    private List<Window> of(BeatWay way) {
        return windows.getOrDefault(way, List.of());
    }
}
