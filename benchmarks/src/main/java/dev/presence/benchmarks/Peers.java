package dev.presence.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.presence.PresenceClock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What people write by hand instead; everybody is in it. */
public final class Peers {
    private Peers() {}

    /** A beat that is set in place. */
    static final class Cell {
        volatile long beat;

        Cell(long beat) {
            this.beat = beat;
        }
    }

    /** A time per user, which a beat replaces. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class CaffeineTimes {
        Cache<String, Long> cache;

        /** Has everybody beat once. */
        @Setup
        public void start(Population population) {
            cache = Caffeine.newBuilder().expireAfterWrite(population.timeout()).build();
            for (int user = 0; user < population.users; user++) {
                beat(TestIds.user(user));
            }
        }

        void beat(String user) {
            cache.put(user, System.currentTimeMillis());
        }

        long age(String user, long now) {
            Long beat = cache.getIfPresent(user);
            return beat == null ? -1 : now - beat;
        }
    }

    /** A cell per user, which a beat looks up. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class CaffeineCells {
        private Cache<String, Cell> cache;

        /** Has everybody beat once. */
        @Setup
        public void start(Population population) {
            cache = Caffeine.newBuilder()
                    .expireAfterAccess(population.timeout())
                    .build();
            for (int user = 0; user < population.users; user++) {
                cache.put(TestIds.user(user), new Cell(System.currentTimeMillis()));
            }
        }

        void beat(String user) {
            Cell cell = cache.getIfPresent(user);
            if (cell != null) {
                cell.beat = System.currentTimeMillis();
            }
        }
    }

    /** A cell per user in a map that expires nothing: the bare look-up. */
    @State(Scope.Benchmark)
    public static class MapCells {
        private final Map<String, Cell> map = new ConcurrentHashMap<>();
        private final PresenceClock ticks = PresenceClock.system();

        /** Has everybody beat once. */
        @Setup
        public void start(Population population) {
            for (int user = 0; user < population.users; user++) {
                map.put(TestIds.user(user), new Cell(System.currentTimeMillis()));
            }
        }

        void beat(String user) {
            Cell cell = map.get(user);
            if (cell != null) {
                cell.beat = System.currentTimeMillis();
            }
        }

        void beatByTicks(String user) {
            Cell cell = map.get(user);
            if (cell != null) {
                cell.beat = ticks.millis();
            }
        }

        /** Ends the clock. */
        @TearDown
        public void stop() {
            ticks.close();
        }

        long age(String user, long now) {
            Cell cell = map.get(user);
            return cell == null ? -1 : now - cell.beat;
        }
    }
}
