package dev.presence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.HeartbeatTracker;
import dev.presence.LocalView;
import dev.presence.ManualClock;
import dev.presence.Roster;
import dev.presence.StoreSettings;
import dev.presence.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that does not answer while the feed is read: who ends something does not wait for it. */
final class HangingFeedTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final ManualClock clock = ManualClock.create();
    private final Hanging store = new Hanging(clock);
    private final RecordingRoster told = new RecordingRoster();

    private static final class Hanging extends WatchedStore {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch answer = new CountDownLatch(1);
        private volatile boolean hangs;

        Hanging(ManualClock clock) {
            super(StoreSettings.defaults(), clock);
        }

        @Override
        public synchronized FeedPage feed(FeedPosition after, int limit) {
            if (hangs) {
                reached.countDown();
                await(answer);
            }
            return super.feed(after, limit);
        }

        static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @EnumSource
    void rosterAndListenerEndAtOnce(LocalView view) throws InterruptedException {
        try (HeartbeatTracker tracker =
                HeartbeatTracker.builder(store).localView(view).build()) {
            Roster left = tracker.subscribe(List.of("ada", "bob"), told);
            Roster stays = tracker.subscribe(List.of("ada", "bob"), new RecordingRoster());
            Subscription listening = tracker.addListener(change -> {});
            pass(1_000);
            store.hangs = true;
            Thread reading = new Thread(() -> pass(2_000));
            reading.start();
            Hanging.await(store.reached);

            assertTimeoutPreemptively(LONG.dividedBy(2), () -> {
                stays.unwatch(List.of("ada"));
                left.close();
                listening.close();
            });
            assertThat(stays.users()).containsExactly("bob");

            store.hangs = false;
            store.answer.countDown();
            reading.join();
            told.heard.clear();
            stays.watch(List.of("ada"));
            tracker.heartbeat("ada");
            pass(2_000);
            assertThat(stays.users()).containsExactlyInAnyOrder("ada", "bob");
            assertThat(told.heard).isEmpty();
        }
    }
}
