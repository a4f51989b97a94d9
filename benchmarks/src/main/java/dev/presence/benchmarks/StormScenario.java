package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.Presence;
import dev.presence.Roster;
import dev.presence.RosterListener;
import dev.presence.StatusBatch;
import dev.presence.Transition;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A deploy: all users are disconnected, and all connect again within a second, while rosters and a listener watch. How long
 * until all of them were told the final state, and how much more heap was taken, garbage included.
 */
final class StormScenario {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int ROSTER = 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long WATCHED_NANOS = 15 * SECOND_NANOS;

    private final Backend backend;
    private final int users;
    private final int rosters;
    private volatile long mostHeap;

    /**
     * What was measured.
     *
     * @param settledMillis from the last reconnect until nobody was told anything wrong any more
     * @param wrong users of whom somebody was told a wrong state last
     */
    record Outcome(double settledMillis, double extraMegabytes, long wrong) {}

    /** What one roster was told last. */
    private static final class Told implements RosterListener {
        private final Map<String, Presence> last = new ConcurrentHashMap<>();

        @Override
        public void onSnapshot(StatusBatch snapshot) {
            snapshot.statuses().forEach(status -> last.put(status.user(), status.presence()));
        }

        @Override
        public void onTransition(Transition transition) {
            last.put(transition.user(), transition.presence());
        }

        long offline() {
            return last.values().stream()
                    .filter(presence -> presence == Presence.OFFLINE)
                    .count();
        }
    }

    StormScenario(Backend backend, Arguments arguments) {
        this.backend = backend;
        users = arguments.get("users");
        rosters = arguments.get("rosters");
    }

    static Map<String, Integer> defaults() {
        return Map.of("users", 100_000, "rosters", 1_000);
    }

    Outcome run() throws InterruptedException {
        try (Backend.Open opened = backend.open(TIMEOUT);
                HeartbeatTracker tracker = HeartbeatTracker.create(opened.store())) {
            System.out.println(opened.description());
            List<String> ids = IntStream.range(0, users).mapToObj(TestIds::user).toList();
            ids.forEach(tracker::heartbeat);
            tracker.flush();
            Set<String> offline = ConcurrentHashMap.newKeySet();
            tracker.addListener(change -> {
                if (change.presence() == Presence.ONLINE) {
                    offline.remove(change.user());
                } else {
                    offline.add(change.user());
                }
            });
            List<Told> told = new ArrayList<>();
            Collection<Roster> open = new HashSet<>();
            for (int i = 0; i < rosters; i++) {
                Told one = new Told();
                told.add(one);
                int from = i * ROSTER % (users - ROSTER);
                open.add(tracker.subscribe(ids.subList(from, from + ROSTER), one));
            }
            LockSupport.parkNanos(2 * SECOND_NANOS);
            System.gc();
            long before = heap();
            Thread sampler = sampler();
            ids.forEach(tracker::disconnect);
            long start = System.nanoTime();
            for (int i = 0; i < users; i++) {
                tracker.heartbeat(ids.get(i));
                long due = start + (long) i * SECOND_NANOS / users;
                if (i % 100 == 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
            long last = System.nanoTime();
            long wrong;
            long settled = last;
            long end = last + WATCHED_NANOS;
            do { // beyond the first moment at which all is right: what is still on its way may change that
                LockSupport.parkNanos(5_000_000L);
                wrong = offline.size() + told.stream().mapToLong(Told::offline).sum();
                settled = wrong > 0 ? System.nanoTime() : settled;
            } while (System.nanoTime() < end);
            sampler.interrupt();
            sampler.join();
            open.forEach(Roster::close);
            System.out.printf("%d users left and came back in %.2f s%n", users, (last - start) / (double) SECOND_NANOS);
            return new Outcome((settled - last) / 1e6, Math.max(0, mostHeap - before) / 1e6, wrong);
        }
    }

    private Thread sampler() {
        mostHeap = 0;
        Thread thread = new Thread(
                () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        mostHeap = Math.max(mostHeap, heap());
                        LockSupport.parkNanos(5_000_000L);
                    }
                },
                "heap");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static long heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
