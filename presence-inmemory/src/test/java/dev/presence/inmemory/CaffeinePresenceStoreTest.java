package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.ManualClock;
import dev.presence.OnlinePage;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.testkit.RecordingListener;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the in-process store does beyond the contract. */
class CaffeinePresenceStoreTest {
    private final ManualClock clock = ManualClock.create();
    private final CaffeinePresenceStore store =
            CaffeinePresenceStore.builder().clock(clock).build();
    private final HeartbeatTracker tracker = HeartbeatTracker.create(store);
    private final RecordingListener listener = new RecordingListener();

    CaffeinePresenceStoreTest() {
        tracker.addListener(listener);
    }

    @AfterEach
    void close() {
        tracker.close();
        store.close();
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    @Test
    void beatsAndEndsActAtOnceAndListenersHearAtTheExactMillisecond() {
        tracker.heartbeat("ada", "phone");
        assertThat(tracker.status("ada").isOnline()).isTrue();
        pass(30_000);
        assertThat(listener.heard()).containsExactly("ada online");
        pass(1);
        assertThat(listener.heard()).containsExactly("ada online", "ada offline");
        tracker.heartbeat("ada", "phone");
        tracker.heartbeat("ada");
        tracker.disconnectAll("ada");
        assertThat(tracker.status("ada").isOnline()).isFalse();
        assertThat(tracker.stats().pendingWrites()).isZero();
    }

    @Test
    void callOrderDecidesWithinOneMillisecond() {
        tracker.heartbeat("ada");
        tracker.disconnect("ada");
        assertThat(tracker.status("ada").isOnline()).isFalse();
        tracker.heartbeat("ada");
        assertThat(tracker.status("ada").isOnline()).isTrue();
        tracker.disconnectAll("ada");
        tracker.heartbeat("ada", "phone");
        assertThat(tracker.status("ada").isOnline()).isTrue();
        tracker.forget("ada");
        tracker.heartbeat("ada");
        assertThat(tracker.status("ada").isOnline()).isTrue();
    }

    @Test
    void directCallsRefuseMalformedIds() {
        for (String bad : List.of("", " ", "a\0b", "x".repeat(257))) {
            assertThatThrownBy(() -> tracker.heartbeat(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tracker.heartbeat("ada", bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tracker.disconnect(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tracker.disconnect("ada", bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tracker.disconnectAll(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tracker.forget(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tracker.status(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(tracker.onlineCount()).isZero();
    }

    @Test
    void directCallsAfterCloseAreRefused() {
        PresenceStore closed = store;
        closed.close();
        assertThatThrownBy(() -> store.heartbeat("ada", "", "n")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.disconnect("ada", "", "n")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.disconnectAll("ada", "n")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.forget("ada", "n")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void fullStoreForgetsOfflineUsersFirst() {
        try (CaffeinePresenceStore small = CaffeinePresenceStore.builder()
                        .clock(clock)
                        .maximumUsers(3)
                        .build();
                HeartbeatTracker users = HeartbeatTracker.create(small)) {
            List.of("ada", "bob", "cleo").forEach(users::heartbeat);
            users.disconnect("bob");
            users.heartbeat("dan");
            assertThat(users.statuses(List.of("ada", "bob", "cleo", "dan")).statuses())
                    .extracting(UserStatus::isOnline)
                    .containsExactly(true, false, true, true);
            assertThat(users.status("bob").lastSeen()).isEmpty();
            assertThat(small.stats().usersEvicted()).isEqualTo(1);
            assertThat(small.stats().usersRefused()).isZero();
        }
    }

    @Test
    void fullStoreOfOnlineUsersRefusesStrangersAndEvictsNobody() {
        try (CaffeinePresenceStore small = CaffeinePresenceStore.builder()
                        .clock(clock)
                        .maximumUsers(2)
                        .build();
                HeartbeatTracker users = HeartbeatTracker.create(small)) {
            users.heartbeat("ada");
            users.heartbeat("bob");
            users.heartbeat("cleo");
            users.heartbeat("dan");
            users.disconnect("eve");
            users.heartbeat("ada");
            assertThat(users.onlineCount()).isEqualTo(2);
            assertThat(users.status("cleo").isOnline()).isFalse();
            assertThat(small.stats().usersRefused()).isEqualTo(2);
            assertThat(small.stats().usersEvicted()).isZero();
            users.forget("bob");
            pass(30_001); // ada has lapsed, and the mark that bob was forgotten is gone
            users.heartbeat("cleo");
            users.heartbeat("dan");
            assertThat(users.onlineUsers(OnlinePage.START, 10).users()).containsExactlyInAnyOrder("cleo", "dan");
        }
    }

    @Test
    void usersBeyondRetentionMakeRoomWithoutBeingAsked() {
        try (CaffeinePresenceStore small = CaffeinePresenceStore.builder()
                        .clock(clock)
                        .maximumUsers(1)
                        .retention(Duration.ofSeconds(60))
                        .build();
                HeartbeatTracker users = HeartbeatTracker.create(small)) {
            users.heartbeat("ada");
            pass(60_001);
            users.heartbeat("bob");
            assertThat(users.status("bob").isOnline()).isTrue();
            assertThat(small.stats().usersEvicted()).isZero();
        }
    }

    @Test
    void newerSettingsTakeEffectForUsersWhoAreOnline() {
        tracker.heartbeat("ada");
        pass(5_000);
        tracker.heartbeat("ada");
        store.settings(
                StoreSettings.defaults().withTimeout(Duration.ofSeconds(10)).withVersion(2));
        pass(10_000);
        assertThat(tracker.status("ada").isOnline()).isTrue();
        assertThat(listener.heard()).containsExactly("ada online");
        pass(1);
        assertThat(tracker.status("ada").isOnline()).isFalse();
        assertThat(listener.heard()).containsExactly("ada online", "ada offline");
    }

    @Test
    void longerTimeoutTakesEffectForUsersWhoAreOnline() {
        tracker.heartbeat("ada");
        pass(5_000);
        store.settings(
                StoreSettings.defaults().withTimeout(Duration.ofSeconds(100)).withVersion(2));
        pass(95_000);
        assertThat(tracker.status("ada").isOnline()).isTrue();
        pass(1);
        assertThat(listener.heard()).containsExactly("ada online", "ada offline");
    }

    @Test
    void settingsThatAreNotNewerAreRefused() {
        assertThatThrownBy(() -> store.settings(StoreSettings.defaults().withTimeout(Duration.ofSeconds(10))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("PT10S", "PT30S");
        assertThat(store.settings().timeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void buildersCheckTogetherWhatWasSetInAnyOrder() {
        try (CaffeinePresenceStore any = CaffeinePresenceStore.builder()
                .clock(clock)
                .retention(Duration.ofSeconds(10))
                .grace(Duration.ofSeconds(1))
                .maximumSessions(2)
                .timeout(Duration.ofSeconds(5))
                .build()) {
            assertThat(any.settings())
                    .isEqualTo(new StoreSettings(
                            Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(10), 2, 1));
        }
        assertThatThrownBy(() -> CaffeinePresenceStore.builder().maximumUsers(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
        assertThatThrownBy(() -> CaffeinePresenceStore.builder()
                        .retention(Duration.ofSeconds(10))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("PT10S", "PT30S");
    }

    @Test
    void feedForgetsWhatIsOlderThanAnHour() {
        tracker.heartbeat("ada");
        tracker.forget("ada");
        var start = store.feed(dev.presence.FeedPosition.END, 1).next().last().get(0);
        var before =
                new dev.presence.FeedPosition(List.of(new dev.presence.Sequence(start.epoch(), 0, start.number() - 2)));
        assertThat(store.feed(before, 10).entries()).hasSize(2);
        pass(Duration.ofHours(1).toMillis());
        assertThat(store.feed(before, 10).entries()).hasSize(2);
        pass(1_001);
        assertThat(store.feed(before, 10).continuity()).isEqualTo(dev.presence.FeedPage.Continuity.TRIMMED);
    }

    @Test
    void longPauseOfTheWholeProcessIsNoExodus() {
        tracker.heartbeat("ada");
        pass(1_000);
        tracker.close(); // nobody sweeps
        pass(Duration.ofHours(5).toMillis());
        try (HeartbeatTracker awake = HeartbeatTracker.create(store)) {
            clock.runDue();
            assertThat(awake.status("ada").isOnline()).isTrue();
            assertThat(awake.status("ada").isStale()).isTrue();
            awake.heartbeat("bob");
            pass(30_000);
            assertThat(awake.onlineCount()).isEqualTo(2);
            pass(1);
            assertThat(awake.onlineCount()).isZero();
            assertThat(awake.stats().count(Counter.CLAIMS)).isEqualTo(2);
        }
    }

    @Test
    void usersInGraceGetNoBenefitFromAnOutage() {
        try (CaffeinePresenceStore graceful = CaffeinePresenceStore.builder()
                .clock(clock)
                .grace(Duration.ofMinutes(1))
                .build()) {
            graceful.heartbeat("ada", "", "n");
            SweepRequest request = new SweepRequest("n", clock.millis(), 1_000, 0, 10);
            graceful.expire(request);
            for (int i = 0; i < 31; i++) {
                pass(1_000);
                graceful.expire(new SweepRequest("n", clock.millis(), 1_000, 0, 10));
            }
            assertThat(graceful.statuses(List.of("ada")).statuses().get(0).isOnline())
                    .isFalse();
            pass(5_000);
            graceful.expire(new SweepRequest("n", clock.millis(), 1_000, 0, 10));
            assertThat(graceful.statuses(List.of("ada")).statuses().get(0).isOnline())
                    .isFalse();
        }
    }

    @Test
    void aStoreForMoreThanOneTurnOfTheWheelClaimsInTime() {
        try (CaffeinePresenceStore slow = CaffeinePresenceStore.builder()
                        .clock(clock)
                        .timeout(Duration.ofHours(2))
                        .build();
                HeartbeatTracker users = HeartbeatTracker.create(slow)) {
            RecordingListener heard = new RecordingListener();
            users.addListener(heard);
            users.heartbeat("ada");
            pass(1);
            users.heartbeat("bob");
            pass(Duration.ofHours(2).toMillis() - 1);
            assertThat(heard.heard()).containsExactly("ada online", "bob online");
            pass(1);
            assertThat(heard.heard()).containsExactly("ada online", "bob online", "ada offline");
            pass(1);
            assertThat(heard.heard()).containsExactly("ada online", "bob online", "ada offline", "bob offline");
        }
    }

    @Test
    void longerRetentionHoldsForUsersWhoAreOffline() {
        try (CaffeinePresenceStore kept = CaffeinePresenceStore.builder()
                        .clock(clock)
                        .retention(Duration.ofSeconds(60))
                        .build();
                HeartbeatTracker users = HeartbeatTracker.create(kept)) {
            users.heartbeat("ada");
            users.disconnect("ada");
            pass(35_000);
            kept.settings(kept.settings().withRetention(Duration.ofHours(1)).withVersion(2));
            pass(Duration.ofMinutes(30).toMillis());
            assertThat(users.status("ada").lastSeen()).isPresent();
        }
    }

    @Test
    void secondLeapInAQuietPeriodTakesNoBenefitAway() {
        tracker.heartbeat("ada");
        clock.step(Duration.ofMinutes(10));
        assertThat(tracker.status("ada").isOnline()).isTrue();
        pass(10_000);
        clock.step(Duration.ofMinutes(10));
        assertThat(tracker.status("ada").isOnline()).isTrue();
        assertThat(tracker.status("ada").isStale()).isTrue();
        assertThat(tracker.stats().count(Counter.STALE_ANSWERS)).isEqualTo(3);
    }

    @Test
    void gapBetweenSweepsIsSeenByReadsToo() {
        tracker.heartbeat("ada");
        pass(1_000);
        tracker.close();
        pass(Duration.ofMinutes(10).toMillis());
        UserStatus status = store.statuses(List.of("ada")).statuses().get(0);
        assertThat(status.isOnline()).isTrue();
        assertThat(status.isStale()).isTrue();
        pass(30_001);
        assertThat(store.statuses(List.of("ada")).statuses().get(0).isOnline()).isFalse();
    }
}
