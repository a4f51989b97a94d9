package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.TrackerHealth;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.redis.RedisPresenceStore;
import dev.presence.servers.RedisServer;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Memory of the server per user, by layout: what used_memory grows by when everybody has beaten twice and the connections are
 * closed, each layout on a server of its own. Ours is measured twice: with the transitions of everybody's coming, which nodes have ten
 * seconds to read, and after sweeps have trimmed these.
 */
final class RedisMemory {
    static final Map<String, Integer> DEFAULTS = Map.of("users", 1_000_000);

    private static final int TIMEOUT_SECONDS = 3_600; // so that none is gone at the end
    private static final long SWEEPS_NANOS = 25_000_000_000L;

    private final BeatOrder users;

    /** Bytes per user: all at first and later, and the latter by the kind of key as far as the server counts them. */
    private record Bytes(double first, double all, Map<String, Double> byKind) {}

    RedisMemory(Arguments arguments) {
        users = BeatOrder.of(arguments.get("users"));
    }

    void run(Bars bars) {
        System.out.printf("%n### Memory of the server per user, %,d users, bytes%n%n", users.size());
        System.out.printf(
                "| layout | bytes per user when all came at once | later | of these, by kind of key |%n|---|---|---|---|%n");
        measure(BeatWay.BARE, "`SET key 1 EX`, a key each");
        measure(BeatWay.ZSET, "one sorted set");
        double one = measure(BeatWay.STORE, "ours, default session");
        double named = measure(BeatWay.SESSIONS, "ours, one session id like a UUID");
        bars.atMost("memory per user, default session", 25, " B", one, "used_memory");
        bars.atMost("memory per user, one named session", 85, " B", named, "used_memory");
    }

    private double measure(BeatWay way, String layout) {
        Bytes bytes = measure(way);
        String kinds = bytes.byKind.entrySet().stream()
                .map(kind -> String.format("%s %.1f", kind.getKey(), kind.getValue()))
                .collect(Collectors.joining(", "));
        System.out.printf("| %s | %.1f | %.1f | %s |%n", layout, bytes.first, bytes.all, kinds);
        return bytes.all;
    }

    private Bytes measure(BeatWay way) {
        try (RedisServer server = RedisServer.start();
                RedisProbe probe = new RedisProbe(server.uri())) {
            Job job = new Job(server.uri(), users, 1, 1_000, TIMEOUT_SECONDS);
            long before = probe.bytes();
            BeatRun.fill(way, job);
            BeatRun.fill(way, job);
            double first = grown(probe, before);
            if (way == BeatWay.BARE || way == BeatWay.ZSET) {
                return new Bytes(first, first, Map.of()); // nobody has to sweep
            }
            sweep(job);
            return new Bytes(first, grown(probe, before), byKind(probe.commands()));
        }
    }

    private double grown(RedisProbe probe, long before) {
        return (double) (probe.settledBytes() - before) / users.size();
    }

    private static void sweep(Job job) {
        try (RedisPresenceStore store = StoredBeats.open(job);
                HeartbeatTracker tracker = HeartbeatTracker.create(store)) {
            LockSupport.parkNanos(SWEEPS_NANOS);
            if (tracker.health().state() != TrackerHealth.State.UP) {
                throw new IllegalStateException("nobody swept: " + tracker.health());
            }
        }
    }

    /** By the letters after the hash tag, without the numbers of buckets; with the key's own cost, without that of the table of keys. */
    private Map<String, Double> byKind(RedisCommands<String, String> commands) {
        Map<String, Double> bytes = new TreeMap<>();
        ScanCursor cursor = ScanCursor.INITIAL;
        while (!cursor.isFinished()) {
            KeyScanCursor<String> page = commands.scan(cursor, ScanArgs.Builder.limit(1_000));
            for (String key : page.getKeys()) {
                Long used = commands.memoryUsage(key);
                String kind = key.replaceFirst("^[^{]*\\{.*}", "").replaceFirst("\\d+$", "");
                bytes.merge(kind, (used == null ? 0 : used) / (double) users.size(), Double::sum);
            }
            cursor = page;
        }
        return bytes;
    }
}
