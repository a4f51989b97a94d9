package dev.presence;

import java.util.function.LongConsumer;

/**
 * The store's time as a tracker reckons it: what the store last said, plus the time that has elapsed since.
 *
 * <p>An answer is always older than its arrival, so each observation is low by the way back; the highest of the last two
 * windows is the best of them. It is kept as an offset to elapsed time, so that stamps made from it follow the order of calls.
 * An observation that is far ahead means that time passed which this host did not notice, as when it was suspended: then what
 * waits here is older by as much, before anybody reckons with the new offset.
 */
final class StoreTime {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long WINDOW_NANOS = 60_000_000_000L;
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final PresenceClock clock;
    private final LongConsumer onLeap; // takes milliseconds
    private long best = UNKNOWN; // offset in nanoseconds, guarded by this, as are all below
    private long bestBefore = UNKNOWN;
    private long windowEnd;

    StoreTime(PresenceClock clock, LongConsumer onLeap) {
        this.clock = clock;
        this.onLeap = onLeap;
    }

    synchronized boolean isKnown() {
        return best != UNKNOWN;
    }

    /** Epoch milliseconds of the store at the given reading of the clock's elapsed time. */
    synchronized long at(long nanos) {
        return Math.floorDiv(nanos + Math.max(best, bestBefore), NANOS_PER_MILLI);
    }

    /** Takes the time that came with an answer. */
    synchronized void observe(long storeMillis) {
        long leap = adopt(storeMillis, WriteBatch.FENCE_MILLIS, Long.MIN_VALUE);
        if (leap > 0) {
            onLeap.accept(leap);
        }
    }

    /** Takes the time that came with a refusal by the fence; unless the command was merely slow, it starts anew from there. */
    synchronized void correct(long storeMillis) {
        long leap = adopt(storeMillis, WriteBatch.FENCE_MILLIS, -WriteBatch.FENCE_MILLIS);
        if (leap > 0) {
            onLeap.accept(leap);
        }
    }

    /** Returns by how much the store's time was ahead of the reckoning, if that was out of bounds; else zero. */
    private long adopt(long storeMillis, long mostAhead, long mostBehind) {
        long nanos = clock.nanos();
        long ahead = isKnown() ? storeMillis - at(nanos) : 0;
        boolean startAnew = ahead > mostAhead || ahead < mostBehind;
        if (startAnew) {
            best = UNKNOWN;
            bestBefore = UNKNOWN;
        } else if (best != UNKNOWN && nanos - windowEnd >= 0) {
            bestBefore = best;
            best = UNKNOWN;
        }
        if (best == UNKNOWN) {
            windowEnd = nanos + WINDOW_NANOS;
        }
        best = Math.max(best, storeMillis * NANOS_PER_MILLI - nanos);
        return startAnew ? ahead : 0;
    }

    synchronized long skewMillis() {
        return isKnown() ? at(clock.nanos()) - clock.millis() : 0;
    }
}
