package dev.presence.jdbc;

import dev.presence.PresenceClock;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that tells the store's time in place of the database: it never runs back. */
final class MonotoneClock implements PresenceClock {
    private final PresenceClock clock;
    private final AtomicLong highest = new AtomicLong(Long.MIN_VALUE);

    private MonotoneClock(PresenceClock clock) {
        this.clock = clock;
    }

    /** The clock itself if it is one: so that stores which share it share its highest time. */
    static MonotoneClock of(PresenceClock clock) {
        return clock instanceof MonotoneClock monotone ? monotone : new MonotoneClock(clock);
    }

    @Override
    public long millis() {
        return highest.accumulateAndGet(clock.millis(), Math::max);
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }

    @Override
    public Timer schedule(Runnable task, long delayMillis, long slackMillis) {
        return clock.schedule(task, delayMillis, slackMillis);
    }
}
