package dev.presence.testkit;

import dev.presence.ManualClock;
import dev.presence.PresenceClock;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;

/** Passes a driven clock on, and remembers every wall time that was read off it. */
final class ReadingsClock implements PresenceClock {
    private final ManualClock clock;
    private final NavigableSet<Long> readings = new ConcurrentSkipListSet<>();

    ReadingsClock(ManualClock clock) {
        this.clock = clock;
    }

    NavigableSet<Long> readings() {
        return readings;
    }

    @Override
    public long millis() {
        long millis = clock.millis();
        if (!readings.contains(millis)) {
            readings.add(millis);
        }
        return millis;
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
