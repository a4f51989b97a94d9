package dev.presence;

import static dev.presence.Waiting.millis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ManualClockTest {
    private static final long START = 1_000_000;

    private final ManualClock clock = ManualClock.startingAt(Instant.ofEpochMilli(START));
    private final List<String> ran = new ArrayList<>();

    private PresenceClock.Timer schedule(String name, long delayMillis) {
        return clock.schedule(() -> ran.add(name + "@" + (clock.millis() - START)), delayMillis, 0);
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    @Test
    void clockStandsWhereItStarted() {
        assertThat(clock.millis()).isEqualTo(START);
        assertThat(clock.nanos()).isZero();
        assertThat(ManualClock.create().millis())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
    }

    @Test
    void advanceMovesBothTimesByWholeMilliseconds() {
        clock.advance(Duration.ofNanos(1_999_999));
        assertThat(clock.millis()).isEqualTo(START + 1);
        assertThat(clock.nanos()).isEqualTo(millis(1));
    }

    @Test
    void stepMovesTheWallTimeOnly() {
        schedule("task", 5);
        clock.step(Duration.ofSeconds(10));
        assertThat(clock.millis()).isEqualTo(START + 10_000);
        clock.step(Duration.ofSeconds(-30));
        assertThat(clock.millis()).isEqualTo(START - 20_000);
        assertThat(clock.nanos()).isZero();
        clock.runDue();
        assertThat(ran).isEmpty();
    }

    @Test
    void timeDoesNotPassBackwards() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pass(-1))
                .withMessage("time does not pass backwards: PT-0.001S; step() sets a clock back");
    }

    @Test
    void tasksRunInOrderOfTimeAtTheirInstant() {
        schedule("later", 20);
        schedule("sooner", 10);
        schedule("beyond", 31);
        pass(30);
        assertThat(ran).containsExactly("sooner@10", "later@20");
        assertThat(clock.millis()).isEqualTo(START + 30);
    }

    @Test
    void tasksOfOneInstantRunInOrderOfSchedule() {
        for (int i = 0; i < 10; i++) {
            schedule("task" + i, 5);
        }
        pass(5);
        assertThat(ran)
                .containsExactly(
                        "task0@5", "task1@5", "task2@5", "task3@5", "task4@5", "task5@5", "task6@5", "task7@5",
                        "task8@5", "task9@5");
    }

    @Test
    void delayCountsFromNow() {
        pass(100);
        schedule("task", 10);
        pass(9);
        assertThat(ran).isEmpty();
        pass(1);
        assertThat(ran).containsExactly("task@110");
    }

    @Test
    void runDueRunsWhatIsDueAndLetsNoTimePass() {
        schedule("now", 0);
        schedule("later", 1);
        clock.runDue();
        assertThat(ran).containsExactly("now@0");
        assertThat(clock.nanos()).isZero();
    }

    @Test
    void taskMayScheduleAnother() {
        clock.schedule(() -> schedule("next", 5), 10, 0);
        pass(15);
        assertThat(ran).containsExactly("next@15");
    }

    @Test
    void overdueTaskDoesNotTurnTimeBack() {
        pass(10);
        schedule("overdue", -5);
        clock.runDue();
        assertThat(ran).containsExactly("overdue@10");
        assertThat(clock.nanos()).isEqualTo(millis(10));
    }

    @Test
    void taskOfTheFarthestFutureWaits() {
        pass(10);
        schedule("never", Long.MAX_VALUE);
        pass(1_000_000);
        assertThat(ran).isEmpty();
    }

    @Test
    void cancelledTaskDoesNotRun() {
        PresenceClock.Timer timer = schedule("cancelled", 5);
        schedule("kept", 5);
        timer.cancel();
        timer.cancel();
        pass(5);
        assertThat(ran).containsExactly("kept@5");
    }

    @Test
    void taskThatFailsIsLoggedAndTheNextRuns() {
        try (LogCapture log = new LogCapture(ManualClock.class)) {
            clock.schedule(
                    () -> {
                        throw new IllegalStateException("a bug");
                    },
                    1,
                    0);
            schedule("next", 2);
            pass(2);
            assertThat(ran).containsExactly("next@2");
            assertThat(log.lines()).containsExactly("ERROR A task of the presence library failed");
        }
    }

    @Test
    void errorOfATaskReachesTheTest() {
        clock.schedule(
                () -> {
                    throw new AssertionError("seen");
                },
                1,
                0);
        assertThatThrownBy(() -> pass(1)).isInstanceOf(AssertionError.class).hasMessage("seen");
    }

    @Test
    void closeStopsNothing() {
        schedule("task", 1);
        clock.close();
        pass(1);
        assertThat(ran).containsExactly("task@1");
    }
}
