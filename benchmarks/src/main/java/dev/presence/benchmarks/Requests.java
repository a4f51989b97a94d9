package dev.presence.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What one thread is asked, drawn beforehand.
 *
 * <p>A host passes ids that it has just parsed: equal to the stored ones, never the same string, and close at hand. So each
 * draw has a string of its own, laid out in the order of use. Its hash is cached after the first round: the peers and we gain
 * the same by it.
 */
public final class Requests {
    private Requests() {}

    private static String[] copies(int[] drawn) {
        return Arrays.stream(drawn).mapToObj(TestIds::user).toArray(String[]::new);
    }

    /** Whose default session beats. */
    @State(Scope.Thread)
    public static class Beats {
        private String[] users = {};
        private int next;

        /** Draws. */
        @Setup
        public void draw(Population population) {
            users = copies(population.draw());
        }

        String next() {
            return users[next++ & users.length - 1];
        }
    }

    /** Whose named session beats. */
    @State(Scope.Thread)
    public static class SessionBeats {
        private String[] users = {};
        private String[] sessions = {};
        private int next;

        /** Draws. */
        @Setup
        public void draw(Population population) {
            int[] drawn = population.draw();
            users = new String[drawn.length];
            sessions = new String[drawn.length];
            for (int i = 0; i < drawn.length; i++) {
                users[i] = TestIds.user(drawn[i]);
                sessions[i] = TestIds.session(drawn[i]);
            }
        }

        void next() {
            next++;
        }

        String user() {
            return users[next & users.length - 1];
        }

        String session() {
            return sessions[next & sessions.length - 1];
        }
    }

    /** Whose statuses are asked, ten at a time. */
    @State(Scope.Thread)
    public static class Rosters {
        static final int SIZE = 10;

        private List<List<String>> rosters = List.of();
        private int next;

        /** Draws. */
        @Setup
        public void draw(Population population) {
            List<String> drawn = Arrays.asList(copies(population.draw()));
            int count = Integer.highestOneBit(drawn.size() / SIZE);
            rosters = IntStream.range(0, count)
                    .mapToObj(i -> List.copyOf(drawn.subList(i * SIZE, (i + 1) * SIZE)))
                    .toList();
        }

        List<String> next() {
            return rosters.get(next++ & rosters.size() - 1);
        }
    }
}
