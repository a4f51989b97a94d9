package dev.presence.jdbc;

import dev.presence.PresenceClock;
import dev.presence.WriteBatch;

/**
 * The store's time as this node reckons it, by the best offset to elapsed time: an answer can only be late, never early. So it
 * notices when that time leaps ahead, which no statement can know. Thread-safe.
 */
final class Reckoning {
    static final long UNKNOWN = Long.MIN_VALUE;

    private final PresenceClock clock;
    private long best = UNKNOWN; // guarded by this
    private volatile long latest = UNKNOWN;
    private volatile long certain = UNKNOWN;
    private volatile long quietUntil = UNKNOWN;

    Reckoning(PresenceClock clock) {
        this.clock = clock;
    }

    synchronized void observe(long storeMillis, long timeoutMillis) {
        long elapsed = elapsedMillis();
        long offset = storeMillis - elapsed;
        if (best != UNKNOWN && offset - best > WriteBatch.FENCE_MILLIS) {
            certain = best + elapsed;
            quietUntil = storeMillis + timeoutMillis;
        }
        best = Math.max(best, offset);
        latest = offset;
    }

    long elapsedMillis() {
        return Math.floorDiv(clock.nanos(), 1_000_000L);
    }

    /** What the store's time should be now, going by its last answer; unknown before the first. */
    long now() {
        return latest == UNKNOWN ? UNKNOWN : latest + elapsedMillis();
    }

    /** The store's time before it leapt, until a timeout has passed since; else unknown. */
    long certain(long now) {
        return now <= quietUntil ? certain : UNKNOWN;
    }
}
