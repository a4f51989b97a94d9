package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.ManualClock;
import dev.presence.SweepRequest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class StoreClockTest {
    private static final long START = 1_000_000;
    private static final long TIMEOUT = 30_000;

    private final ManualClock clock = ManualClock.startingAt(Instant.ofEpochMilli(START));
    private final StoreClock time = new StoreClock(clock, TIMEOUT);

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    private void step(long millis) {
        clock.step(Duration.ofMillis(millis));
    }

    private void sweep(long periodMillis, long flushMillis) {
        long now = clock.millis(); // and not the store's: what a sweep finds is under test
        time.swept(now, new SweepRequest("n", now, periodMillis, flushMillis, 10));
    }

    private void assertNoQuiet() {
        assertThat(time.isQuiet(time.now())).isFalse();
        assertThat(time.benefitFrom(time.now())).isEqualTo(time.liveFrom(time.now()));
    }

    private void assertQuiet(long until, long benefitFrom) {
        assertThat(time.quietUntil()).isEqualTo(until);
        assertThat(time.isQuiet(until)).isTrue();
        assertThat(time.isQuiet(until + 1)).isFalse();
        assertThat(time.benefitFrom(until)).isEqualTo(Math.min(benefitFrom, until - TIMEOUT));
        assertThat(time.benefitFrom(until + 1)).isEqualTo(until + 1 - TIMEOUT);
    }

    @Test
    void timeIsTheHighestReading() {
        assertThat(time.now()).isEqualTo(START);
        pass(5);
        assertThat(time.now()).isEqualTo(START + 5);
        step(-3);
        assertThat(time.now()).isEqualTo(START + 5);
        pass(3);
        assertThat(time.now()).isEqualTo(START + 5);
        pass(1);
        assertThat(time.now()).isEqualTo(START + 6);
        assertNoQuiet();
    }

    @Test
    void withoutALeapNothingIsQuiet() {
        assertThat(time.liveFrom(START)).isEqualTo(START - TIMEOUT);
        assertThat(time.quietUntil()).isEqualTo(Long.MIN_VALUE);
        pass(Duration.ofDays(1).toMillis());
        assertNoQuiet();
    }

    @Test
    void aLeapIsMoreThanTheFenceAllows() {
        step(1_000);
        assertThat(time.now()).isEqualTo(START + 1_000);
        assertNoQuiet();
        step(1_001);
        assertThat(time.now()).isEqualTo(START + 2_001);
        assertQuiet(START + 2_001 + TIMEOUT, START + 1_000 - TIMEOUT);
    }

    @Test
    void elapsedTimeIsNoPartOfALeap() {
        pass(5_000);
        step(1_000);
        time.now();
        assertNoQuiet();
        pass(5_000);
        step(1_001);
        time.now();
        assertQuiet(START + 12_001 + TIMEOUT, START + 6_000 - TIMEOUT);
    }

    @Test
    void elapsedTimeCountsFromTheHighestReading() {
        step(-2_000);
        pass(3_000); // a clock set back and gone on: 1,000 ahead of the highest, 3,000 elapsed
        assertThat(time.now()).isEqualTo(START + 1_000);
        pass(10);
        step(1_001);
        time.now();
        assertQuiet(START + 2_011 + TIMEOUT, START + 1_000 - TIMEOUT);
    }

    @Test
    void aLeapInAQuietPeriodTakesNoBenefitAway() {
        step(10_000);
        time.now();
        pass(TIMEOUT);
        time.now(); // the last quiet millisecond
        step(10_000);
        time.now();
        assertQuiet(START + 20_000 + 2 * TIMEOUT, START - TIMEOUT);
    }

    @Test
    void aLeapAfterAQuietPeriodBenefitsWhoWasLiveThen() {
        step(10_000);
        time.now();
        pass(TIMEOUT + 1);
        time.now();
        step(10_000);
        time.now();
        assertQuiet(START + 20_001 + 2 * TIMEOUT, START + 10_001);
    }

    @Test
    void benefitIsNeverLessThanALiveBeat() {
        step(10_000);
        time.now();
        assertThat(time.benefitFrom(START - 10)).isEqualTo(START - 10 - TIMEOUT);
        assertThat(time.benefitFrom(START)).isEqualTo(START - TIMEOUT);
        assertThat(time.benefitFrom(START + 10)).isEqualTo(START - TIMEOUT);
    }

    // ---- sweeps that are missing

    @Test
    void threePeriodsWithoutASweepAreNoGap() {
        sweep(1_000, 0);
        pass(3_000);
        time.now();
        assertNoQuiet();
        pass(1);
        time.now();
        assertQuiet(START + 3_001 + TIMEOUT, START - TIMEOUT);
    }

    @Test
    void theSweepItselfFindsTheGapIfNobodyDidBefore() {
        sweep(1_000, 0);
        pass(3_000);
        sweep(1_000, 0);
        assertNoQuiet();
        pass(3_001);
        sweep(1_000, 0);
        assertQuiet(START + 6_001 + TIMEOUT, START + 3_000 - TIMEOUT);
    }

    @Test
    void aGapThatAReadFoundIsNotFoundAgainByTheSweep() {
        sweep(1_000, 0);
        pass(3_001);
        time.now();
        pass(500);
        assertThat(time.now()).isEqualTo(START + 3_501);
        sweep(1_000, 0);
        assertQuiet(START + 3_001 + TIMEOUT, START - TIMEOUT);
    }

    @Test
    void theNextGapIsFoundAfterASweep() {
        sweep(1_000, 0);
        pass(3_001);
        time.now();
        sweep(1_000, 0);
        pass(3_001);
        time.now();
        assertQuiet(START + 6_002 + TIMEOUT, START - TIMEOUT);
    }

    @Test
    void theLongerOfTwoPeriodsCountsForASweep() {
        sweep(1_000, 0);
        pass(6_000);
        sweep(2_000, 0);
        assertNoQuiet();
        pass(6_000);
        sweep(1_000, 0);
        assertNoQuiet();
        pass(3_001);
        sweep(1_000, 0);
        assertQuiet(START + 15_001 + TIMEOUT, START + 12_000 - TIMEOUT);
    }

    @Test
    void withoutASweepOrAPeriodThereIsNoGap() {
        pass(100_000);
        time.now();
        sweep(1, 0);
        assertNoQuiet();
        pass(1);
        sweep(0, 0);
        pass(100_000);
        time.now();
        sweep(1, 0);
        assertNoQuiet();
    }

    @Test
    void aPeriodOfOneMillisecondIsAPeriod() {
        sweep(1, 0);
        pass(4);
        time.now();
        assertQuiet(START + 4 + TIMEOUT, START - TIMEOUT);
    }

    // ---- settings and nodes

    @Test
    void theLongestBufferIsKeptForOneTimeout() {
        assertThat(time.flushMillis()).isZero();
        sweep(0, 500);
        assertThat(time.flushMillis()).isEqualTo(500);
        pass(TIMEOUT);
        sweep(0, 400);
        assertThat(time.flushMillis()).isEqualTo(500);
        pass(1);
        sweep(0, 300);
        assertThat(time.flushMillis()).isEqualTo(300);
        sweep(0, 301);
        assertThat(time.flushMillis()).isEqualTo(301);
    }

    @Test
    void theLongestBufferIsKeptForAsLongAsItIsAskedFor() {
        sweep(0, 500);
        pass(TIMEOUT);
        sweep(0, 500);
        pass(TIMEOUT);
        sweep(0, 400);
        assertThat(time.flushMillis()).isEqualTo(500);
        pass(1);
        sweep(0, 400); // from here on
        pass(TIMEOUT);
        sweep(0, 100);
        assertThat(time.flushMillis()).isEqualTo(400);
        pass(1);
        sweep(0, 100);
        assertThat(time.flushMillis()).isEqualTo(100);
    }

    @Test
    void aNewTimeoutCountsFromNowOn() {
        time.timeout(10_000);
        assertThat(time.liveFrom(START)).isEqualTo(START - 10_000);
        assertThat(time.benefitFrom(START)).isEqualTo(START - 10_000);
        step(5_000);
        time.now();
        assertThat(time.quietUntil()).isEqualTo(START + 15_000);
        assertThat(time.benefitFrom(START + 15_000)).isEqualTo(START - 10_000);
    }
}
