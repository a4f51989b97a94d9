package dev.presence;

import static dev.presence.Waiting.millis;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StoreTimeTest {
    private static final long START = 5_000_000;

    private final ManualClock clock = ManualClock.create();
    private final List<Long> leaps = new ArrayList<>();
    private final StoreTime time = new StoreTime(clock, leaps::add);

    private long now() {
        return time.at(clock.nanos());
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    @Test
    void nobodyReckonsWithALeapBeforeItWasTold() throws Exception {
        List<Long> reckoned = Collections.synchronizedList(new ArrayList<>());
        List<Thread> others = new ArrayList<>();
        StoreTime[] leaping = new StoreTime[1];
        leaping[0] = new StoreTime(clock, leap -> {
            others.add(Threads.start(() -> reckoned.add(leaping[0].at(clock.nanos()))));
            Threads.letWait(others.get(0));
            assertThat(reckoned).isEmpty();
        });
        leaping[0].observe(START);
        leaping[0].correct(START + 60_000);
        others.get(0).join();
        assertThat(reckoned).containsExactly(START + 60_000);
    }

    @Test
    void isUnknownUntilFirstHeardOf() {
        assertThat(time.isKnown()).isFalse();
        assertThat(time.skewMillis()).isZero();
        time.observe(START);
        assertThat(time.isKnown()).isTrue();
        assertThat(leaps).isEmpty();
    }

    @Test
    void runsOnWithElapsedTime() {
        time.observe(START);
        pass(1_234);
        assertThat(now()).isEqualTo(START + 1_234);
        assertThat(time.at(millis(1_000))).isEqualTo(START + 1_000);
    }

    @Test
    void isIndifferentToStepsOfTheWallClock() {
        time.observe(START);
        clock.step(Duration.ofHours(-1));
        assertThat(now()).isEqualTo(START);
    }

    @Test
    void roundsDown() {
        time.observe(START);
        assertThat(time.at(999_999)).isEqualTo(START);
        assertThat(time.at(1_000_000)).isEqualTo(START + 1);
        assertThat(time.at(-1)).isEqualTo(START - 1);
    }

    @Test
    void higherObservationIsTheBetterOne() {
        time.observe(START);
        time.observe(START + 30);
        assertThat(now()).isEqualTo(START + 30);
        time.observe(START + 10);
        assertThat(now()).isEqualTo(START + 30);
        assertThat(leaps).isEmpty();
    }

    @Test
    void bestObservationHoldsForTwoWindows() {
        time.observe(START + 50); // window until 60 s
        pass(60_000);
        time.observe(START + 60_000); // window until 120 s
        assertThat(now()).isEqualTo(START + 60_050);
        pass(59_999);
        time.observe(START + 119_999 + 20);
        assertThat(now()).isEqualTo(START + 119_999 + 50);
        pass(1);
        time.observe(START + 120_000);
        assertThat(now()).isEqualTo(START + 120_020);
        pass(60_000);
        time.observe(START + 180_000);
        assertThat(now()).isEqualTo(START + 180_000);
        assertThat(leaps).isEmpty();
    }

    @Test
    void windowEndsAtItsLastInstantAndNotBefore() {
        time.observe(START + 50);
        pass(59_999);
        time.observe(START + 59_999); // still of the first window
        pass(1);
        time.observe(START + 60_000); // of the second
        pass(59_999);
        time.observe(START + 119_999);
        assertThat(now()).isEqualTo(START + 119_999 + 50);
        pass(1);
        time.observe(START + 120_000); // of the third: the first is forgotten
        assertThat(now()).isEqualTo(START + 120_000);
    }

    @Test
    void observationAheadByMoreThanTheFenceIsALeap() {
        time.observe(START);
        time.observe(START + 1_000);
        assertThat(leaps).isEmpty();
        assertThat(now()).isEqualTo(START + 1_000);
        time.observe(START + 2_001);
        assertThat(leaps).containsExactly(1_001L);
        assertThat(now()).isEqualTo(START + 2_001);
    }

    @Test
    void leapIsMeasuredAgainstTheTimeThatElapsed() {
        time.observe(START);
        pass(3_000);
        time.observe(START + 10_000);
        assertThat(leaps).containsExactly(7_000L);
    }

    @Test
    void windowStartsAnewWithALeap() {
        time.observe(START);
        pass(30_000);
        time.observe(START + 100_000); // window until 90 s
        pass(59_999);
        time.observe(START + 159_999 - 20);
        assertThat(now()).isEqualTo(START + 159_999);
        pass(60_000);
        time.observe(START + 219_999 - 20); // the leap is of the window before
        assertThat(now()).isEqualTo(START + 219_999);
    }

    @Test
    void lowObservationNeverSetsTheTimeBack() {
        time.observe(START);
        time.observe(START - 100_000);
        assertThat(now()).isEqualTo(START);
        assertThat(leaps).isEmpty();
    }

    @Test
    void refusalWithinTheFenceSetsNothingBack() {
        time.observe(START);
        time.correct(START - 1_000);
        assertThat(now()).isEqualTo(START);
        time.correct(START + 500);
        assertThat(now()).isEqualTo(START + 500);
        assertThat(leaps).isEmpty();
    }

    @Test
    void refusalBeyondTheFenceSetsTheTimeBackWithoutALeap() {
        time.observe(START);
        time.correct(START - 1_001);
        assertThat(now()).isEqualTo(START - 1_001);
        assertThat(leaps).isEmpty();
    }

    @Test
    void refusalForgetsTheWindowBeforeToo() {
        time.observe(START);
        pass(60_000);
        time.observe(START + 60_000);
        time.correct(START);
        assertThat(now()).isEqualTo(START);
    }

    @Test
    void refusalAheadOfTheFenceIsALeap() {
        time.observe(START);
        time.correct(START + 1_000);
        assertThat(leaps).isEmpty();
        time.correct(START + 2_001);
        assertThat(leaps).containsExactly(1_001L);
        assertThat(now()).isEqualTo(START + 2_001);
    }

    @Test
    void firstTimeHeardOfIsNoLeapHoweverHeard() {
        time.correct(START);
        assertThat(leaps).isEmpty();
        assertThat(now()).isEqualTo(START);
    }

    @Test
    void skewIsTheStoresTimeLessTheHosts() {
        time.observe(clock.millis() + 700);
        assertThat(time.skewMillis()).isEqualTo(700);
        pass(5_000);
        assertThat(time.skewMillis()).isEqualTo(700);
        clock.step(Duration.ofSeconds(1));
        assertThat(time.skewMillis()).isEqualTo(-300);
    }
}
