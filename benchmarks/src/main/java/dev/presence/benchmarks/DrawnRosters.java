package dev.presence.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Rosters of ten users, drawn beforehand, asked by two threads as fast as they are answered. */
final class DrawnRosters {
    private static final int COUNT = 1 << 17;
    private static final int SIZE = 10;
    private static final int THREADS = 2;

    private final List<List<String>> rosters = new ArrayList<>(COUNT);

    DrawnRosters(int users) {
        int[] drawn = Distribution.UNIFORM.draw(users, COUNT * SIZE, new Random(3));
        for (int i = 0; i < COUNT; i++) {
            List<String> roster = new ArrayList<>(SIZE);
            for (int j = 0; j < SIZE; j++) {
                roster.add(TestIds.user(drawn[i * SIZE + j]));
            }
            rosters.add(List.copyOf(roster));
        }
    }

    /** The time for each, in microseconds. */
    double micros(int seconds, Consumer<List<String>> ask) {
        return 1e6
                / ClosedLoop.perSecond(
                        THREADS, seconds, number -> ask.accept(rosters.get((int) (number & (COUNT - 1)))));
    }
}
