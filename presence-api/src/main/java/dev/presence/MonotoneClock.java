package dev.presence;

import java.util.concurrent.atomic.AtomicLong;

/** A clock whose wall time never runs back. It closes nothing. */
final class MonotoneClock implements PresenceClock {
    private final PresenceClock clock;
    private final AtomicLong highest = new AtomicLong(Long.MIN_VALUE);

    private MonotoneClock(PresenceClock clock) {
        this.clock = clock;
    }

    static PresenceClock of(PresenceClock clock) {
        return clock instanceof MonotoneClock ? clock : new MonotoneClock(clock);
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
