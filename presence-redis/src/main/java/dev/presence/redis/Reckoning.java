package dev.presence.redis;

import dev.presence.PresenceClock;
import dev.presence.WriteBatch;
import java.util.OptionalLong;

/**
 * Notices when the store's time leaps ahead of elapsed time, which no single script can know. The best offset between the two is
 * kept, as an answer can only be late, never early. Thread-safe.
 */
final class Reckoning {
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final PresenceClock clock;
    private long best = UNKNOWN; // milliseconds of the store less those elapsed here
    private volatile long leapFrom = UNKNOWN;
    private volatile long quietUntil = UNKNOWN;
    private volatile long latest = UNKNOWN;
    private volatile long latestOffset = UNKNOWN;

    Reckoning(PresenceClock clock) {
        this.clock = clock;
    }

    synchronized void observe(long storeMillis, long timeoutMillis) {
        long elapsed = Math.floorDiv(clock.nanos(), 1_000_000L);
        long offset = storeMillis - elapsed;
        if (best != UNKNOWN && offset - best > WriteBatch.FENCE_MILLIS) {
            leapFrom = best + elapsed;
            quietUntil = storeMillis + timeoutMillis;
        }
        best = Math.max(best, offset);
        latest = storeMillis;
        latestOffset = offset;
    }

    /** What the store's time should be now, going by its last answer. */
    OptionalLong now() {
        long offset = latestOffset;
        return offset == UNKNOWN
                ? OptionalLong.empty()
                : OptionalLong.of(offset + Math.floorDiv(clock.nanos(), 1_000_000L));
    }

    /** The store's time before it leapt, for scripts to start a quiet period; empty once that is over. */
    String leap() {
        return leapFrom == UNKNOWN || !isQuiet(latest) ? "" : Long.toString(leapFrom);
    }

    boolean isQuiet(long now) {
        return now <= quietUntil;
    }

    /** The time at which it was last certain who is online, if the leap made that uncertain. */
    long certain() {
        return leapFrom;
    }
}
