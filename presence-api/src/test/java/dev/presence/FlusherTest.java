package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FlusherTest {
    private static final long INTERVAL = 200;

    private final ScriptedStore store = new ScriptedStore();
    private final PendingWrites pending = new PendingWrites(1_000_000);
    private final StoreTime time = new StoreTime(store.clock, pending::age);
    private final Outage outage = new Outage(store.clock);
    private final Counters counters = new Counters();
    private final List<Long> oldest = new ArrayList<>();
    private final Flusher flusher = flusher(INTERVAL);

    private Flusher flusher(long intervalMillis) {
        return new Flusher(store, "node", intervalMillis, pending, time, outage, counters, users -> {}, oldest::add);
    }

    private void beat(String user) {
        beat(user, "");
    }

    private void beat(String user, String session) {
        pending.offer(Write.Kind.BEAT, user, session, store.clock.nanos());
    }

    private void beats(int users) {
        IntStream.range(0, users).forEach(i -> beat("user" + i));
    }

    private long count(Counter counter) {
        return counters.snapshot().get(counter);
    }

    private List<Integer> sizesOfBatches() {
        return store.batches.stream().map(batch -> batch.writes().size()).toList();
    }

    private void storeIsDown() {
        store.onRecord = batch -> {
            throw ScriptedStore.down();
        };
    }

    @Test
    void wokenFlusherRecordsAfterItsInterval() {
        beat("ada");
        flusher.wake();
        store.clock.advanceMillis(INTERVAL - 1);
        assertThat(store.batches).isEmpty();
        store.clock.advanceMillis(1);
        assertThat(store.batches)
                .containsExactly(
                        new WriteBatch("node", store.clock.millis(), List.of(Write.beat("ada", "", INTERVAL))));
        assertThat(pending.size()).isZero();
        assertThat(count(Counter.WRITES_RECORDED)).isEqualTo(1);
        assertThat(oldest).containsExactly(INTERVAL);
        assertThat(store.clock.scheduled).containsExactly("200+0");
    }

    @Test
    void flusherIsWokenOnceForManyWrites() {
        beat("ada");
        flusher.wake();
        beat("bob");
        flusher.wake();
        assertThat(store.clock.scheduled).containsExactly("200+0");
        store.clock.advanceMillis(INTERVAL);
        beat("cy");
        flusher.wake();
        assertThat(store.clock.scheduled).containsExactly("200+0", "200+0");
        store.clock.advanceMillis(INTERVAL);
        assertThat(store.usersOfBatches()).containsExactly(List.of("ada", "bob"), List.of("cy"));
    }

    @Test
    void emptyFlushAsksTheStoreNothing() {
        flusher.flush();
        assertThat(store.batches).isEmpty();
        assertThat(store.asked).isEmpty();
        assertThat(store.clock.scheduled).isEmpty();
        assertThat(oldest).isEmpty();
    }

    @Test
    void timeOfTheStoreIsAskedForBeforeTheFirstBatchOnly() {
        beat("ada");
        flusher.flush();
        beat("ada");
        flusher.flush();
        assertThat(store.asked).containsExactly(List.of());
        assertThat(store.batches).hasSize(2);
    }

    @Test
    void batchesAreMadeInTheStoresTime() {
        store.aheadMillis = 50_000;
        beat("ada");
        store.clock.advanceMillis(30);
        flusher.flush();
        assertThat(store.batches.get(0).madeAtMillis()).isEqualTo(store.now());
        assertThat(store.batches.get(0).writes()).containsExactly(Write.beat("ada", "", 30));
    }

    @Test
    void timeIsObservedWithEveryReply() {
        beat("ada");
        flusher.flush();
        store.aheadMillis = 40;
        beat("ada");
        flusher.flush();
        assertThat(time.skewMillis()).isEqualTo(40);
    }

    @Test
    void batchHoldsFourThousandWrites() {
        beats(4_000);
        flusher.flush();
        assertThat(sizesOfBatches()).containsExactly(4_000);
        assertThat(count(Counter.WRITES_RECORDED)).isEqualTo(4_000);
    }

    @Test
    void nextWriteStartsAnotherBatch() {
        beats(8_001);
        flusher.flush();
        assertThat(sizesOfBatches()).containsExactly(4_000, 4_000, 1);
        assertThat(store.usersOfBatches().get(1).get(0)).isEqualTo("user4000");
        assertThat(count(Counter.WRITES_RECORDED)).isEqualTo(8_001);
    }

    @Test
    void writesOfOneUserAreNotSplit() {
        beats(3_999);
        beat("ada", "a");
        beat("ada", "b");
        beat("ada", "c");
        beat("bob");
        flusher.flush();
        assertThat(sizesOfBatches()).containsExactly(4_002, 1);
    }

    @Test
    void oldestWriteOfEachBatchIsReported() {
        beat("ada");
        store.clock.advanceMillis(70);
        beat("bob");
        store.clock.advanceMillis(30);
        flusher.flush();
        assertThat(oldest).containsExactly(100L);
    }

    @Test
    void whatComesDuringAFlushWakesTheFlusher() {
        beat("ada");
        store.onRecord = batch -> {
            beat("bob");
            return store.done();
        };
        flusher.flush();
        assertThat(store.clock.scheduled).containsExactly("200+0");
        store.onRecord = batch -> store.done();
        store.clock.advanceMillis(INTERVAL);
        assertThat(store.usersOfBatches()).containsExactly(List.of("ada"), List.of("bob"));
        assertThat(store.clock.scheduled).hasSize(1);
    }

    @Test
    void failedFlushThrowsAndLosesNothing() {
        storeIsDown();
        beat("ada");
        assertThatThrownBy(flusher::flush).isInstanceOf(PresenceStoreUnavailableException.class);
        assertThat(pending.size()).isEqualTo(1);
        assertThat(count(Counter.FLUSH_FAILURES)).isEqualTo(1);
        assertThat(outage.health().state()).isEqualTo(TrackerHealth.State.STORE_UNAVAILABLE);
        store.onRecord = batch -> store.done();
        flusher.flush();
        assertThat(pending.size()).isZero();
        assertThat(outage.health().state()).isEqualTo(TrackerHealth.State.UP);
        assertThat(store.batches.get(1).writes()).isEqualTo(store.batches.get(0).writes());
    }

    @Test
    void whatEarlierBatchesRecordedIsNotSentAgain() {
        beats(4_001);
        store.onRecord = batch -> {
            if (batch.writes().size() == 1) {
                throw ScriptedStore.down();
            }
            return store.done();
        };
        assertThatThrownBy(flusher::flush).isInstanceOf(PresenceStoreUnavailableException.class);
        assertThat(pending.size()).isEqualTo(1);
        store.onRecord = batch -> store.done();
        flusher.flush();
        assertThat(store.usersOfBatches().get(2)).containsExactly("user4000");
    }

    @Test
    void errorOfADriverIsCountedAndRetriedToo() {
        store.onRecord = batch -> {
            throw new NoClassDefFoundError("driver");
        };
        beat("ada");
        flusher.wake();
        store.clock.advanceMillis(INTERVAL);
        assertThat(pending.size()).isEqualTo(1);
        assertThat(count(Counter.FLUSH_FAILURES)).isEqualTo(1);
        assertThat(store.clock.scheduled).hasSize(2);
    }

    @Test
    void retriesBackOffToASecond() {
        storeIsDown();
        beat("ada");
        flusher.wake();
        store.clock.advanceMillis(200 + 200 + 400 + 800 + 1_000);
        assertThat(store.clock.scheduled)
                .containsExactly("200+0", "200+50", "400+100", "800+200", "1000+250", "1000+250");
        assertThat(store.batches).hasSize(5);
    }

    @Test
    void successEndsTheBackOff() {
        storeIsDown();
        beat("ada");
        flusher.wake();
        store.clock.advanceMillis(200 + 200 + 400);
        assertThat(store.batches).hasSize(3);
        store.onRecord = batch -> store.done();
        store.clock.advanceMillis(800);
        assertThat(pending.size()).isZero();
        storeIsDown();
        beat("ada");
        flusher.wake();
        store.clock.advanceMillis(INTERVAL);
        assertThat(store.clock.scheduled.subList(4, 6)).containsExactly("200+0", "200+50");
    }

    @Test
    void retryThatIsScheduledAlreadyIsNotScheduledTwice() {
        storeIsDown();
        beat("ada");
        flusher.wake();
        store.onRecord = batch -> {
            flusher.wake();
            throw ScriptedStore.down();
        };
        store.clock.advanceMillis(INTERVAL);
        assertThat(store.clock.scheduled).containsExactly("200+0", "200+0");
    }

    @Test
    void flushThatTakesLongHasOneMoreWaitForItAndNotMany() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        store.onRecord = batch -> {
            asked.countDown();
            Threads.await(answer);
            return store.done();
        };
        beat("ada");
        flusher.wake();
        Thread first = Threads.start(store.clock.tasks.get(0));
        Threads.await(asked);
        flusher.wake();
        Thread second = Threads.start(store.clock.tasks.get(1));
        Threads.letWait(second);
        flusher.wake();
        assertThat(store.clock.tasks).hasSize(2);
        beat("bob");
        answer.countDown();
        first.join();
        second.join();
        assertThat(store.usersOfBatches()).containsExactly(List.of("ada"), List.of("bob"));
    }

    @Test
    void twoBatchesOfAFlushAreUnderWayAtOnce() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch both = new CountDownLatch(2);
        store.onRecord = batch -> {
            begun.countDown();
            both.countDown();
            Threads.await(both);
            return store.done();
        };
        beats(8_000);
        Thread flush = Threads.start(flusher::flush);
        Threads.await(begun);
        store.clock.tasks.get(0).run();
        flush.join();
        assertThat(sizesOfBatches()).containsExactly(4_000, 4_000);
        assertThat(pending.size()).isZero();
        assertThat(count(Counter.WRITES_RECORDED)).isEqualTo(8_000);
    }

    @Test
    void flushGoesOnWhereNoThreadCanBeHad() {
        store.clock.refusal = new OutOfMemoryError("unable to create native thread");
        beats(8_000);
        flusher.flush();
        assertThat(sizesOfBatches()).containsExactly(4_000, 4_000);
        assertThat(count(Counter.FLUSH_FAILURES)).isZero();
    }

    @Test
    void flushOfOneBatchAsksNoThreadForHelp() {
        beats(4_000);
        flusher.flush();
        assertThat(store.clock.tasks).isEmpty();
    }

    @Test
    void batchThatFailsOnAnotherThreadFailsTheFlushAndWaits() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch both = new CountDownLatch(2);
        store.onRecord = batch -> {
            begun.countDown();
            both.countDown();
            Threads.await(both);
            if (Thread.currentThread().getName().equals("helper")) {
                throw ScriptedStore.down();
            }
            return store.done();
        };
        beats(8_000);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread flush = Threads.start(() -> failure.set(catchThrowable(flusher::flush)));
        Threads.await(begun);
        Thread helper = new Thread(store.clock.tasks.get(0), "helper");
        helper.start();
        helper.join();
        flush.join();
        assertThat(failure.get()).isInstanceOf(PresenceStoreUnavailableException.class);
        assertThat(pending.size()).isEqualTo(4_000);
        assertThat(count(Counter.FLUSH_FAILURES)).isEqualTo(1);
        store.onRecord = batch -> store.done();
        flusher.flush();
        assertThat(pending.size()).isZero();
        assertThat(count(Counter.WRITES_RECORDED)).isEqualTo(8_000);
    }

    @Test
    void stoppedFlusherDoesNotComeByItself() {
        beat("ada");
        flusher.wake();
        assertThat(flusher.isStopped()).isFalse();
        flusher.stop();
        assertThat(flusher.isStopped()).isTrue();
        store.clock.advanceMillis(INTERVAL);
        assertThat(store.batches).isEmpty();
        flusher.flush();
        assertThat(store.batches).hasSize(1);
    }

    @Test
    void lateBatchIsCorrectedAndSentAgain() {
        beat("bob");
        flusher.flush();
        store.batches.clear();
        beat("ada");
        store.aheadMillis = 5_000; // as after a suspension: the beat is older by as much
        store.onRecord = batch -> batch.madeAtMillis() == store.now() ? store.done() : store.late();
        flusher.flush();
        assertThat(store.batches)
                .containsExactly(
                        new WriteBatch("node", store.now() - 5_000, List.of(Write.beat("ada", "", 0))),
                        new WriteBatch("node", store.now(), List.of(Write.beat("ada", "", 5_000))));
        assertThat(count(Counter.BATCHES_LATE)).isEqualTo(1);
        assertThat(count(Counter.FLUSH_FAILURES)).isZero();
        assertThat(count(Counter.WRITES_RECORDED)).isEqualTo(2);
        assertThat(oldest).containsExactly(0L, 5_000L);
    }

    @Test
    void batchThatIsLateFourTimesWaits() {
        store.onRecord = batch -> store.late();
        beat("ada");
        assertThatThrownBy(flusher::flush)
                .isInstanceOf(PresenceStoreUnavailableException.class)
                .hasMessage("the store refused a batch as late 4 times: it answers too slowly");
        assertThat(store.batches).hasSize(4);
        assertThat(count(Counter.BATCHES_LATE)).isEqualTo(4);
        assertThat(pending.size()).isEqualTo(1);
    }

    @Test
    void thirdCorrectionStillCounts() {
        store.onRecord = batch -> store.batches.size() < 4 ? store.late() : store.done();
        beat("ada");
        flusher.flush();
        assertThat(count(Counter.BATCHES_LATE)).isEqualTo(3);
        assertThat(pending.size()).isZero();
    }

    @Test
    void unreachedUsersWaitWhileTheOthersAreRecorded() {
        beat("ada");
        store.clock.advanceMillis(40);
        beat("bob");
        beat("bob", "phone");
        beat("cy");
        store.clock.advanceMillis(10);
        store.onRecord = batch -> new StoreReply(StoreReply.Verdict.DONE, store.now(), Set.of("ada"));
        assertThatThrownBy(flusher::flush)
                .isInstanceOf(PresenceStoreUnavailableException.class)
                .hasMessage("a shard of the store could not be reached; the writes of 1 users wait for it");
        assertThat(pending.size()).isEqualTo(1);
        assertThat(count(Counter.WRITES_RECORDED)).isEqualTo(3);
        assertThat(count(Counter.FLUSH_FAILURES)).isEqualTo(1);
        assertThat(oldest).containsExactly(10L);
        store.onRecord = batch -> store.done();
        flusher.flush();
        assertThat(store.usersOfBatches().get(1)).containsExactly("ada");
        assertThat(count(Counter.WRITES_RECORDED)).isEqualTo(4);
        assertThat(oldest).containsExactly(10L, 50L);
    }

    @Test
    void unreachedUsersOfAllBatchesAreCounted() {
        beats(5_500);
        store.onRecord = batch -> new StoreReply(
                StoreReply.Verdict.DONE,
                store.now(),
                Set.of(batch.writes().get(0).user()));
        assertThatThrownBy(flusher::flush)
                .hasMessage("a shard of the store could not be reached; the writes of 2 users wait for it");
        assertThat(pending.size()).isEqualTo(2);
    }
}
