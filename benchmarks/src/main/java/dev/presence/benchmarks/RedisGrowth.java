package dev.presence.benchmarks;

import dev.presence.benchmarks.BeatRun.Window;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.redis.RedisPresenceStore;
import dev.presence.servers.RedisServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What beats, rosters, sweeps and users cost with few of these and with many, beside a key for each user, written by a bare socket and
 * read by {@code MGET}. Both are on the same server and take turns. Ours is measured from the buffer on, since a tracker has few users wait for its flush.
 */
final class RedisGrowth {
    private static final int TIMEOUT_SECONDS = 3_600; // nobody is to lapse while ten million come
    private static final int DEPTH = 1_000;

    private final Arguments arguments;
    private final Growth growth;

    RedisGrowth(Arguments arguments) {
        this.arguments = arguments;
        growth = new Growth("Redis", "a key each", arguments);
    }

    static Map<String, Integer> defaults() {
        Map<String, Integer> defaults = new HashMap<>(Growth.DEFAULTS);
        defaults.put("users", 1_000_000);
        return defaults;
    }

    void run(Bars bars) {
        try (RedisServer server = RedisServer.start();
                RedisProbe probe = new RedisProbe(server.uri())) {
            for (int users : growth.users()) {
                var unused = probe.commands().flushall();
                measure(new Job(server.uri(), BeatOrder.of(users), 1, DEPTH, TIMEOUT_SECONDS), probe);
            }
        }
        growth.print();
        growth.judge(bars);
    }

    private void measure(Job job, RedisProbe probe) {
        memory(job, probe);
        int users = job.users().size();
        growth.inTurn(Growth.BEAT, users, () -> beat(BeatWay.STORE, job, probe), () -> beat(BeatWay.BARE, job, probe));
        DrawnRosters rosters = new DrawnRosters(users);
        int seconds = arguments.get("seconds");
        try (RedisPresenceStore store = StoredBeats.open(job);
                RosterReader mget = RosterReader.mget(job.uri())) {
            growth.inTurn(
                    Growth.ROSTER,
                    users,
                    () -> rosters.micros(seconds, store::statuses),
                    () -> rosters.micros(seconds, mget::online));
        }
    }

    /** Between the moments when no store is connected. */
    private void memory(Job job, RedisProbe probe) {
        int users = job.users().size();
        long before = probe.settledBytes();
        BeatRun.fill(BeatWay.STORE, job);
        try (RedisPresenceStore store = StoredBeats.open(job)) {
            double sweep = SweepCost.micros(store, probe::cpuSeconds);
            growth.add(Growth.SWEEP, Growth.MICROS, users, List.of(sweep), List.of());
        }
        long ours = probe.settledBytes();
        BeatRun.fill(BeatWay.BARE, job);
        growth.add(
                Growth.MEMORY,
                Growth.BYTES,
                users,
                List.of((double) (ours - before) / users),
                List.of((double) (probe.settledBytes() - ours) / users));
    }

    private double beat(BeatWay way, Job job, RedisProbe probe) {
        Window window = BeatRun.watch(way, job, arguments.get("seconds"), probe);
        return window.microsPerBeat();
    }
}
