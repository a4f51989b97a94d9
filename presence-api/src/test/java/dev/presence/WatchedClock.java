package dev.presence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A manual clock that remembers what was scheduled, as "delay+slack", and can be as deaf to cancels as a real one. */
final class WatchedClock implements PresenceClock {
    final ManualClock manual = ManualClock.create();
    final List<String> scheduled = new ArrayList<>();
    final List<Runnable> tasks = new ArrayList<>();
    boolean cancels = true;
    int cancelled;

    @Nullable
    Error refusal; // of the next tasks

    @Override
    public long millis() {
        return manual.millis();
    }

    @Override
    public long nanos() {
        return manual.nanos();
    }

    @Override
    public Timer schedule(Runnable task, long delayMillis, long slackMillis) {
        if (refusal != null) {
            throw refusal;
        }
        tasks.add(task);
        scheduled.add(delayMillis + "+" + slackMillis);
        Timer timer = manual.schedule(task, delayMillis, slackMillis);
        return () -> {
            cancelled++;
            if (cancels) {
                timer.cancel();
            }
        };
    }

    void advanceMillis(long millis) {
        manual.advance(Duration.ofMillis(millis));
    }
}
