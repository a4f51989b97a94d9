package dev.presence.benchmarks;

import dev.presence.inmemory.CaffeinePresenceStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** What beats, rosters, sweeps and users cost in process with few users and with many, beside a bare map; of heap, beside a cache. */
final class InProcessGrowth {
    private static final Duration TIMEOUT = Duration.ofHours(1);

    private final Arguments arguments;
    private final Growth growth;

    InProcessGrowth(Arguments arguments) {
        this.arguments = arguments;
        growth = new Growth("in process", "ConcurrentHashMap", arguments);
    }

    static Map<String, Integer> defaults() {
        Map<String, Integer> defaults = new HashMap<>(Growth.DEFAULTS);
        defaults.put("heap", 13);
        return defaults;
    }

    void run(Bars bars) throws RunnerException {
        for (int users : growth.users()) {
            JmhRuns jmh = new JmhRuns();
            jmh.growth(users, arguments);
            growth.add(
                    Growth.BEAT,
                    Growth.MICROS,
                    users,
                    jmh.micros("Beat", "tracker"),
                    jmh.micros("Beat", "mapCellByTicks"));
            growth.add(
                    Growth.ROSTER,
                    Growth.MICROS,
                    users,
                    jmh.micros("Roster", "tracker"),
                    jmh.micros("Roster", "mapGet"));
            growth.add(Growth.SWEEP, Growth.MICROS, users, List.of(sweep(users)), List.of());
            HeapPerUser.Bytes bytes = new HeapPerUser(users).measureDefault();
            growth.add(Growth.MEMORY, Growth.BYTES, users, List.of(bytes.ours()), List.of(bytes.peer()), "Caffeine");
        }
        growth.print();
        growth.judge(bars);
    }

    private static double sweep(int users) {
        try (CaffeinePresenceStore store =
                CaffeinePresenceStore.builder().timeout(TIMEOUT).build()) {
            for (int user = 0; user < users; user++) {
                store.heartbeat(TestIds.user(user), "", "growth");
            }
            return SweepCost.micros(store, Usage::threadSeconds);
        }
    }
}
