package dev.presence.inmemory;

import dev.presence.PresenceClock;
import dev.presence.SweepRequest;
import dev.presence.WriteBatch;

/**
 * The store's time: the greater of the clock and the highest time seen, with a quiet period after every leap. Thread-safe.
 */
final class StoreClock {
    private static final int PERIODS_MISSED = 3;

    private final PresenceClock clock;
    private volatile long timeoutMillis;
    private volatile long highest;
    private volatile Quiet quiet = new Quiet(Long.MIN_VALUE, Long.MAX_VALUE);
    private long highestNanos; // guarded by this, as are all below
    private long sweptNanos;
    private long sweptAt;
    private long sweepPeriodMillis;
    private boolean gapNoted; // by a call that came before the sweep did
    private long flushMillis;
    private long flushAsked;

    /**
     * A time in which nobody claims.
     *
     * @param until its last millisecond
     * @param benefitFrom beats from here on were live when that was last certain
     */
    private record Quiet(long until, long benefitFrom) {}

    StoreClock(PresenceClock clock, long timeoutMillis) {
        this.clock = clock;
        this.timeoutMillis = timeoutMillis;
        highest = clock.millis();
        highestNanos = clock.nanos();
    }

    /** Two memory reads while the clock stands. */
    long now() {
        long reading = clock.millis();
        long known = highest;
        return reading <= known ? known : advance(reading);
    }

    private synchronized long advance(long reading) {
        if (reading > highest) {
            long nanos = clock.nanos();
            if (reading - highest - millisBetween(highestNanos, nanos) > WriteBatch.FENCE_MILLIS) {
                startQuiet(reading, highest);
            } else if (isSweepMissing(nanos, sweepPeriodMillis)) {
                startQuiet(reading, sweptAt);
                gapNoted = true;
            }
            highest = reading;
            highestNanos = nanos;
        }
        return highest;
    }

    /** Notes a sweep; if none came for too long, the beats of that time may be missing too. */
    synchronized void swept(long now, SweepRequest request) {
        long nanos = clock.nanos();
        long period = Math.max(sweepPeriodMillis, request.periodMillis());
        if (isSweepMissing(nanos, period)) {
            startQuiet(now, sweptAt);
        }
        gapNoted = false;
        sweptNanos = nanos;
        sweptAt = now;
        sweepPeriodMillis = request.periodMillis();
        if (request.flushMillis() >= flushMillis || now - flushAsked > timeoutMillis) {
            flushMillis = request.flushMillis();
            flushAsked = now;
        }
    }

    private boolean isSweepMissing(long nanos, long periodMillis) {
        return !gapNoted && sweepPeriodMillis > 0 && millisBetween(sweptNanos, nanos) > PERIODS_MISSED * periodMillis;
    }

    /** Whoever was online when that was last certain has the benefit of the doubt. */
    private void startQuiet(long now, long certain) {
        long benefitFrom = certain - timeoutMillis;
        quiet = new Quiet(
                now + timeoutMillis, isQuiet(certain) ? Math.min(quiet.benefitFrom, benefitFrom) : benefitFrom);
    }

    /** The longest that a beat may wait in the buffer of a node that sweeps. */
    synchronized long flushMillis() {
        return flushMillis;
    }

    /** The last millisecond in which nobody claims. */
    long quietUntil() {
        return quiet.until;
    }

    boolean isQuiet(long now) {
        return now <= quiet.until;
    }

    /** The stamp from which on a beat keeps its user online. */
    long liveFrom(long now) {
        return now - timeoutMillis;
    }

    /** The stamp from which on a beat keeps its user online, if only with the benefit of the doubt. */
    long benefitFrom(long now) {
        Quiet current = quiet;
        return now <= current.until ? Math.min(current.benefitFrom, liveFrom(now)) : liveFrom(now);
    }

    void timeout(long millis) {
        timeoutMillis = millis;
    }

    private static long millisBetween(long fromNanos, long toNanos) {
        return (toNanos - fromNanos) / 1_000_000L;
    }
}
