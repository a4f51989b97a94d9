package dev.presence.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.presence.HeartbeatTracker;
import dev.presence.ManualClock;
import dev.presence.SweepRequest;
import dev.presence.Write;
import dev.presence.inmemory.CaffeinePresenceStore;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.openjdk.jol.info.GraphLayout;

/**
 * Heap per user, everybody online: what the used heap grows by, after collections, when the users come; and for a tenth of
 * them what JOL counts, object by object. The ids (48 bytes each) are part of it on both sides.
 */
final class HeapPerUser {
    private static final Duration TIMEOUT = Duration.ofHours(2); // longer than transitions stay in the feed

    private final int users;

    /** Bytes per user of us and of the peer. */
    record Bytes(double ours, double withSession, double heard, double peer) {
        double ratio() {
            return ours / peer;
        }
    }

    static {
        System.setProperty("jol.magicFieldOffset", "true"); // JOL cannot look into lambdas without
    }

    HeapPerUser(int users) {
        this.users = users;
    }

    Bytes measure() {
        Bytes bytes = new Bytes(
                perUser(() -> store(users, HeapPerUser::noSession)),
                perUser(() -> store(users, TestIds::session)),
                perUser(this::heardStore),
                perUser(() -> cache(users)));
        int few = users / 10;
        Bytes counted = count(few);
        System.out.printf(
                "%n### Heap per user (bytes, the id of 48 B included)%n%n"
                        + "| what | used heap, %,d users | JOL, %,d users |%n|---|---|---|%n"
                        + "| in-process store, default session | %.1f | %.1f |%n"
                        + "| in-process store, one named session of 16 characters | %.1f | %.1f |%n"
                        + "| in-process store, tracker and listener, default session | %.1f | |%n"
                        + "| `Caffeine<String, Long>`, expireAfterWrite | %.1f | %.1f |%n"
                        + "| ratio, default session | %.2f | %.2f |%n",
                users,
                few,
                bytes.ours,
                counted.ours,
                bytes.withSession,
                counted.withSession,
                bytes.heard,
                bytes.peer,
                counted.peer,
                bytes.ratio(),
                counted.ratio());
        return bytes;
    }

    /** By used heap, without sessions and listeners. */
    Bytes measureDefault() {
        return new Bytes(perUser(() -> store(users, HeapPerUser::noSession)), 0, 0, perUser(() -> cache(users)));
    }

    /** As JOL counts, object by object: the same on any machine. */
    static Bytes count(int users) {
        return new Bytes(
                counted(users, store(users, HeapPerUser::noSession)),
                counted(users, store(users, TestIds::session)),
                0,
                counted(users, cache(users)));
    }

    private interface Filling {
        Object fill();
    }

    private double perUser(Filling filling) {
        long before = used();
        Object held = filling.fill();
        try {
            return (double) (used() - before) / users;
        } finally {
            Reference.reachabilityFence(held);
            if (held instanceof Heard heard) {
                heard.close();
            }
        }
    }

    private static double counted(int users, Object held) {
        return (double) GraphLayout.parseInstance(held).totalSize() / users;
    }

    /** The least of some readings: a collection may leave something for the next. */
    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            LockSupport.parkNanos(50_000_000);
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static String noSession(int user) {
        return Write.DEFAULT_SESSION;
    }

    /** Its feed is as empty as it is an hour after the last transition. */
    private static CaffeinePresenceStore store(int users, IntFunction<String> sessions) {
        ManualClock clock = ManualClock.create();
        CaffeinePresenceStore store =
                CaffeinePresenceStore.builder().timeout(TIMEOUT).clock(clock).build();
        beat(store, users, sessions);
        clock.advance(TIMEOUT);
        beat(store, users, sessions);
        var unused = store.expire(new SweepRequest("heap", clock.millis(), 1_000, 0, 1));
        return store;
    }

    private static void beat(CaffeinePresenceStore store, int users, IntFunction<String> sessions) {
        for (int user = 0; user < users; user++) {
            store.heartbeat(TestIds.user(user), sessions.apply(user), "heap");
        }
    }

    private static Cache<String, Long> cache(int users) {
        Cache<String, Long> cache =
                Caffeine.newBuilder().expireAfterWrite(TIMEOUT).build();
        for (int user = 0; user < users; user++) {
            cache.put(TestIds.user(user), System.currentTimeMillis());
        }
        cache.cleanUp();
        return cache;
    }

    private record Heard(CaffeinePresenceStore store, HeartbeatTracker tracker) {
        void close() {
            tracker.close();
            store.close();
        }
    }

    private Heard heardStore() {
        CaffeinePresenceStore store = CaffeinePresenceStore.create();
        HeartbeatTracker tracker = HeartbeatTracker.create(store);
        LatestHeard heard = new LatestHeard();
        var unused = tracker.addListener(heard);
        for (int user = 0; user < users; user++) {
            tracker.heartbeat(TestIds.user(user));
        }
        heard.awaitOnline(users);
        return new Heard(store, tracker);
    }
}
