package dev.presence.testkit;

import dev.presence.ManualClock;
import dev.presence.PresenceClock;

/** A driven clock that knows how often it was closed. */
final class CloseCountingClock implements PresenceClock {
    private final ManualClock clock = ManualClock.create();
    private int closed;

    @Override
    public long millis() {
        return clock.millis();
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }

    @Override
    public Timer schedule(Runnable task, long delayMillis, long slackMillis) {
        return clock.schedule(task, delayMillis, slackMillis);
    }

    @Override
    public void close() {
        closed++;
    }

    int closed() {
        return closed;
    }
}
