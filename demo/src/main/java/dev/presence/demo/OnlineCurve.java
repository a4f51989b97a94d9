package dev.presence.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The online count over time, at a fixed number of points whatever the span: each stands for the highest count of a slot, and
 * whenever the slots run out, pairs of them become one of twice the length.
 */
final class OnlineCurve {
    private static final int SLOTS = 1_024;

    private final Instant start;
    private final long[] highest = new long[SLOTS];
    private long slotMillis = 1_000;
    private int last;
    private long count;

    OnlineCurve(Instant start) {
        this.start = start;
    }

    /** From now on so many are online. Times do not decrease. */
    void add(Instant at, long online) {
        long millis = Duration.between(start, at).toMillis();
        while (millis / slotMillis >= SLOTS) {
            halve();
        }
        int slot = (int) (millis / slotMillis);
        while (last < slot) {
            highest[++last] = count;
        }
        count = online;
        highest[slot] = Math.max(highest[slot], online);
    }

    /** The length of a slot. */
    Duration resolution() {
        return Duration.ofMillis(slotMillis);
    }

    /** The beginnings of the slots. */
    List<Instant> times() {
        List<Instant> times = new ArrayList<>(last + 1);
        for (int slot = 0; slot <= last; slot++) {
            times.add(start.plusMillis(slot * slotMillis));
        }
        return times;
    }

    /** The highest count in each slot. */
    List<Long> counts() {
        List<Long> counts = new ArrayList<>(last + 1);
        for (int slot = 0; slot <= last; slot++) {
            counts.add(highest[slot]);
        }
        return counts;
    }

    private void halve() {
        for (int slot = 0; slot <= last / 2; slot++) {
            long second = 2 * slot + 1 <= last ? highest[2 * slot + 1] : 0;
            highest[slot] = Math.max(highest[2 * slot], second);
        }
        last /= 2;
        slotMillis *= 2;
    }
}
