package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SweeperTest {
    private static final long PERIOD = 1_000;
    private static final long FLUSH = 200;

    private final ScriptedStore store = new ScriptedStore();
    private final StoreTime time = new StoreTime(store.clock, leap -> {});
    private final Outage outage = new Outage(store.clock);
    private final Counters counters = new Counters();
    private final PendingWrites pending = new PendingWrites(10);
    private int afterClaims;
    private final Sweeper sweeper = sweeper(PERIOD);

    private Sweeper sweeper(long periodMillis) {
        return new Sweeper(store, "node", periodMillis, FLUSH, pending, time, outage, counters, () -> afterClaims++);
    }

    private long count(Counter counter) {
        return counters.snapshot().get(counter);
    }

    private void start() {
        sweeper.start();
        store.clock.manual.runDue();
    }

    @Test
    void firstSweepComesAtOnceInATaskOfItsOwn() {
        store.onExpire = request -> store.swept(3, Long.MAX_VALUE);
        sweeper.start();
        assertThat(store.sweeps).isEmpty();
        store.clock.manual.runDue();
        assertThat(store.sweeps).containsExactly(new SweepRequest("node", store.clock.millis(), PERIOD, 200, 5_000));
        assertThat(count(Counter.SWEEPS)).isEqualTo(1);
        assertThat(count(Counter.CLAIMS)).isEqualTo(3);
        assertThat(afterClaims).isEqualTo(1);
        assertThat(store.asked).containsExactly(List.of());
        assertThat(store.clock.scheduled).containsExactly("0+0", "1000+250");
    }

    @Test
    void claimsWaitForBeatsThatTheStoreDoesNotTakeAsFastAsTheyCome() {
        pending.offer(Write.Kind.BEAT, "ada", Write.DEFAULT_SESSION, store.clock.nanos());
        pending.take();
        start();
        store.clock.advanceMillis(PERIOD);
        assertThat(flushes()).as("a second more than the interval").containsExactly(FLUSH, FLUSH);
        store.clock.advanceMillis(2 * PERIOD);
        assertThat(flushes()).containsExactly(FLUSH, FLUSH, 2_000L, 3_000L);
        store.clock.advanceMillis(60 * PERIOD);
        assertThat(flushes()).endsWith(store.settings().timeout().toMillis());
        pending.landed(store.clock.nanos());
        store.clock.advanceMillis(PERIOD);
        assertThat(flushes()).endsWith(FLUSH);
    }

    @Test
    void sweepsThatTakeLongAreNoOutageForTheStore() {
        long most = store.settings().timeout().toMillis() / 6;
        store.onExpire = request -> {
            store.clock.advanceMillis(
                    store.sweeps.size() == 2 ? 2 * PERIOD : store.sweeps.size() == 3 ? 10 * PERIOD : 0);
            return store.swept(0, Long.MAX_VALUE);
        };
        start();
        for (int i = 0; i < 30; i++) {
            store.clock.advanceMillis(PERIOD);
        }
        assertThat(store.sweeps.stream().map(SweepRequest::periodMillis).toList())
                .startsWith(PERIOD, PERIOD, 2 * PERIOD, most, PERIOD);
    }

    private List<Long> flushes() {
        return store.sweeps.stream().map(SweepRequest::flushMillis).toList();
    }

    @Test
    void sweepsComeOncePerPeriodIfNothingIsDue() {
        start();
        store.clock.advanceMillis(PERIOD - 1);
        assertThat(store.sweeps).hasSize(1);
        store.clock.advanceMillis(1);
        assertThat(store.sweeps).hasSize(2);
        assertThat(store.asked).hasSize(1);
    }

    @Test
    void nextSweepComesWhenTheNextClaimIsDue() {
        store.onExpire = request -> store.swept(0, store.now() + 300);
        start();
        assertThat(store.clock.scheduled).containsExactly("0+0", "300+250");
    }

    @Test
    void sweepGoesOnUntilNothingIsDue() {
        store.onExpire = request ->
                store.swept(1_000, store.now() + (store.sweeps.size() == 1 ? -1 : store.sweeps.size() == 2 ? 0 : 1));
        start();
        assertThat(store.sweeps).hasSize(3);
        assertThat(count(Counter.SWEEPS)).isEqualTo(3);
        assertThat(count(Counter.CLAIMS)).isEqualTo(3_000);
        assertThat(afterClaims).isEqualTo(3);
        assertThat(store.clock.scheduled).containsExactly("0+0", "1+250");
    }

    @Test
    void timeIsObservedWithEverySweep() {
        start();
        store.aheadMillis = 40;
        store.clock.advanceMillis(PERIOD);
        assertThat(time.skewMillis()).isEqualTo(40);
    }

    @Test
    void lateSweepIsCorrectedAndComesAgainWithinASecond() {
        Sweeper slow = sweeper(5_000);
        store.onExpire = request -> new SweepReply(StoreReply.Verdict.LATE, store.now() + 9_000, 0, 0);
        slow.start();
        store.clock.manual.runDue();
        assertThat(count(Counter.SWEEP_FAILURES)).isEqualTo(1);
        assertThat(count(Counter.SWEEPS)).isZero();
        assertThat(afterClaims).isZero();
        assertThat(time.skewMillis()).isEqualTo(9_000);
        assertThat(store.clock.scheduled).containsExactly("0+0", "1000+1250");
        assertThat(outage.health().state()).isEqualTo(TrackerHealth.State.UP);
    }

    @Test
    void lateSweepOfAShortPeriodComesAgainAfterThePeriod() {
        Sweeper quick = sweeper(400);
        store.onExpire = request -> new SweepReply(StoreReply.Verdict.LATE, store.now(), 0, 0);
        quick.start();
        store.clock.manual.runDue();
        assertThat(store.clock.scheduled).containsExactly("0+0", "400+100");
    }

    @Test
    void failedSweepComesAgainAfterThePeriod() {
        store.onExpire = request -> {
            throw ScriptedStore.down();
        };
        start();
        assertThat(count(Counter.SWEEP_FAILURES)).isEqualTo(1);
        assertThat(outage.health().state()).isEqualTo(TrackerHealth.State.STORE_UNAVAILABLE);
        assertThat(store.clock.scheduled).containsExactly("0+0", "1000+250");
        store.onExpire = request -> store.swept(0, Long.MAX_VALUE);
        store.clock.advanceMillis(PERIOD);
        assertThat(outage.health().state()).isEqualTo(TrackerHealth.State.UP);
        assertThat(count(Counter.SWEEPS)).isEqualTo(1);
    }

    @Test
    void errorOfADriverDoesNotEndTheSweeps() {
        store.onExpire = request -> {
            throw new NoClassDefFoundError("driver");
        };
        start();
        assertThat(count(Counter.SWEEP_FAILURES)).isEqualTo(1);
        assertThat(store.clock.scheduled).hasSize(2);
    }

    @Test
    void soonSweepsNowInsteadOfLater() {
        start();
        store.clock.advanceMillis(400);
        sweeper.soon();
        store.clock.manual.runDue();
        assertThat(store.sweeps).hasSize(2);
        assertThat(store.clock.scheduled).containsExactly("0+0", "1000+250", "0+0", "1000+250");
        store.clock.advanceMillis(999);
        assertThat(store.sweeps).hasSize(2);
        store.clock.advanceMillis(1);
        assertThat(store.sweeps).hasSize(3);
    }

    @Test
    void taskThatIsNotNeededAnyMoreIsTakenBack() {
        start();
        int cancelled = store.clock.cancelled;
        sweeper.soon();
        assertThat(store.clock.cancelled).isEqualTo(cancelled + 1);
        sweeper.stop();
        assertThat(store.clock.cancelled).isEqualTo(cancelled + 2);
    }

    @Test
    void taskThatCouldNotBeTakenBackDoesNothing() {
        store.clock.cancels = false;
        sweeper.start();
        sweeper.soon();
        sweeper.soon();
        store.clock.manual.runDue();
        assertThat(store.sweeps).hasSize(1);
    }

    @Test
    void soonDuringASweepIsHeardAfterIt() {
        store.onExpire = request -> {
            if (store.sweeps.size() == 1) {
                sweeper.soon();
                assertThat(store.clock.scheduled).hasSize(1);
            }
            return store.swept(0, Long.MAX_VALUE);
        };
        start();
        assertThat(store.sweeps).hasSize(2);
        assertThat(store.clock.scheduled).containsExactly("0+0", "0+0", "1000+250");
    }

    @Test
    void stoppedSweeperSweepsNoMore() {
        start();
        sweeper.stop();
        store.clock.advanceMillis(10 * PERIOD);
        sweeper.soon();
        store.clock.manual.runDue();
        assertThat(store.sweeps).hasSize(1);
        assertThat(store.clock.scheduled).hasSize(2);
    }

    @Test
    void taskThatStartsAfterTheStopDoesNothing() {
        store.clock.cancels = false;
        start();
        sweeper.stop();
        store.clock.advanceMillis(PERIOD);
        assertThat(store.sweeps).hasSize(1);
    }

    @Test
    void stopEndsASweepThatWouldGoOn() {
        store.onExpire = request -> {
            sweeper.stop();
            return store.swept(1_000, store.now());
        };
        start();
        assertThat(store.sweeps).hasSize(1);
        assertThat(store.clock.scheduled).hasSize(1);
        assertThat(outage.health().state()).isEqualTo(TrackerHealth.State.UP);
    }

    @Test
    void failureAfterTheStopIsNoOutage() {
        store.onExpire = request -> {
            sweeper.stop();
            throw new IllegalStateException("the store is closed");
        };
        start();
        assertThat(outage.health().state()).isEqualTo(TrackerHealth.State.UP);
        assertThat(store.clock.scheduled).hasSize(1);
    }
}
