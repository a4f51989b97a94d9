package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.PresenceClock;
import dev.presence.WriteBatch;
import dev.presence.testkit.FaultyStore;
import dev.presence.testkit.RecordingListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The time rules again, under the system's clock with a short timeout. */
class SystemClockTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @Test
    void usersLapseAndListenersHearWhenNobodyCalls() {
        try (CaffeinePresenceStore store = CaffeinePresenceStore.builder()
                        .timeout(Duration.ofMillis(300))
                        .build();
                HeartbeatTracker tracker = HeartbeatTracker.create(store)) {
            RecordingListener listener = new RecordingListener();
            tracker.addListener(listener);
            tracker.heartbeat("ada");
            assertThat(tracker.status("ada").isOnline()).isTrue();
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(listener.heard()).containsExactly("ada online", "ada offline"));
            assertThat(tracker.status("ada").isOnline()).isFalse();
            Duration heldFor = Duration.between(
                    tracker.status("ada").lastSeen().orElseThrow(),
                    listener.transitions().get(1).at());
            assertThat(heldFor).isGreaterThan(Duration.ofMillis(300));
        }
    }

    @Test
    void disconnectIsHeardLongBeforeTheTimeout() {
        try (CaffeinePresenceStore store = CaffeinePresenceStore.create();
                HeartbeatTracker tracker = HeartbeatTracker.create(store)) {
            RecordingListener listener = new RecordingListener();
            tracker.addListener(listener);
            tracker.heartbeat("ada");
            tracker.disconnect("ada");
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(listener.heard()).containsExactly("ada online", "ada offline"));
        }
    }

    @Test
    void listenerThatBlocksHoldsUpNobodyElse() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        try (CaffeinePresenceStore store = CaffeinePresenceStore.builder()
                        .timeout(Duration.ofMillis(300))
                        .build();
                HeartbeatTracker tracker = HeartbeatTracker.create(store)) {
            RecordingListener listener = new RecordingListener();
            tracker.addListener(transition -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            tracker.addListener(listener);
            tracker.heartbeat("ada");
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(listener.heard()).containsExactly("ada online", "ada offline"));
        } finally {
            never.countDown();
        }
    }

    @Test
    void tasksRunLaterSurviveTheirOwnExceptionsAndCanBeCancelled() {
        AtomicInteger runs = new AtomicInteger();
        try (PresenceClock clock = PresenceClock.system()) {
            clock.schedule(
                    () -> {
                        throw new IllegalStateException("a task's own trouble");
                    },
                    0,
                    0);
            PresenceClock.Timer cancelled = clock.schedule(() -> runs.addAndGet(100), 200, 0);
            cancelled.cancel();
            clock.schedule(runs::incrementAndGet, 1, 20);
            long start = clock.nanos();
            clock.schedule(runs::incrementAndGet, 300, 0);
            await().atMost(DEADLINE).until(() -> runs.get() == 2);
            assertThat(clock.nanos() - start).isGreaterThanOrEqualTo(300_000_000L);
        }
    }

    @Test
    void wallTimeIsTheSystemsWithinItsTicks() {
        try (PresenceClock clock = PresenceClock.system()) {
            long before = System.currentTimeMillis();
            await().atMost(DEADLINE).until(() -> clock.millis() > before);
            assertThat(clock.millis()).isLessThanOrEqualTo(System.currentTimeMillis());
        }
    }

    @Test
    void closedClockRunsNothingMore() {
        PresenceClock clock = PresenceClock.system();
        clock.close();
        AtomicInteger runs = new AtomicInteger();
        clock.schedule(runs::incrementAndGet, 0, 0).cancel();
        clock.schedule(runs::incrementAndGet, 1, 0).cancel();
        assertThat(runs).hasValue(0);
    }

    @Test
    void recordingOldBeatsStartsNoSecondChainOfSweeps() throws Exception {
        try (CaffeinePresenceStore store = CaffeinePresenceStore.builder()
                        .timeout(Duration.ofSeconds(1))
                        .build();
                HeartbeatTracker tracker = HeartbeatTracker.create(new FaultyStore(store))) {
            for (int i = 0; i < 50; i++) {
                store.record(new WriteBatch("n", store.clock().millis(), List.of()));
                tracker.heartbeat("user" + i);
                tracker.flush();
            }
            await().atMost(DEADLINE).until(() -> tracker.onlineCount() == 0);
            long before = tracker.stats().count(Counter.SWEEPS);
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            assertThat(tracker.stats().count(Counter.SWEEPS) - before).isLessThanOrEqualTo(6);
        }
    }
}
