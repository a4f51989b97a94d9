package dev.presence;

import java.util.concurrent.ThreadLocalRandom;

/**
 * When clients are to beat next. Usually the heartbeat interval less up to a tenth. Where many more ask within a second than on
 * average, as after a deploy that had all of them connect anew, less up to half: else they would all come back in one second, and
 * in that of the next round again. Thread-safe.
 */
final class BeatHints {
    static final int CALM = 100; // so few in a second are no crowd, whatever the average
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int WINDOW = 10; // seconds that the average goes back, about

    private final PresenceClock clock;
    private long secondNanos; // guarded by this, as are the next two
    private int inSecond;
    private double average;

    BeatHints(PresenceClock clock) {
        this.clock = clock;
        secondNanos = clock.nanos();
    }

    /** Milliseconds until a client that asks now is to beat. */
    long next(long intervalMillis) {
        long shortest = isCrowd() ? intervalMillis / 2 : intervalMillis - intervalMillis / 10;
        return ThreadLocalRandom.current().nextLong(shortest, intervalMillis + 1);
    }

    private synchronized boolean isCrowd() {
        long seconds = (clock.nanos() - secondNanos) / SECOND_NANOS;
        if (seconds > 0) {
            average += (inSecond - average) / WINDOW;
            average *= Math.pow(1 - 1.0 / WINDOW, seconds - 1.0); // in which nobody asked
            inSecond = 0;
            secondNanos += seconds * SECOND_NANOS;
        }
        inSecond++;
        return inSecond > CALM && inSecond > 2 * average;
    }
}
