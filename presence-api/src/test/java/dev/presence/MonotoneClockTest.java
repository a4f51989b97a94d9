package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class MonotoneClockTest {
    private final ManualClock manual = ManualClock.create();
    private final PresenceClock clock = PresenceClock.monotone(manual);

    @Test
    void timeNeverRunsBack() {
        long start = clock.millis();
        manual.step(Duration.ofSeconds(-10));
        assertThat(clock.millis()).isEqualTo(start);
        manual.step(Duration.ofSeconds(11));
        assertThat(clock.millis()).isEqualTo(start + 1_000);
    }

    @Test
    void clockThatIsMonotoneIsItself() {
        assertThat(PresenceClock.monotone(clock)).isSameAs(clock);
    }

    @Test
    void elapsedTimeAndTasksAreTheClocksOwn() {
        boolean[] isRun = new boolean[1];
        clock.schedule(() -> isRun[0] = true, 5, 0);
        clock.close();
        manual.advance(Duration.ofMillis(5));
        assertThat(isRun[0]).isTrue();
        assertThat(clock.nanos()).isEqualTo(manual.nanos());
    }
}
