package dev.presence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.LocalView;
import dev.presence.ManualClock;
import dev.presence.Presence;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.StoreSettings;
import dev.presence.UserStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tracker with a local view answers from memory, within its bounds. */
final class LocalViewTest {
    private static final long TIMEOUT = 30_000;
    private static final long FLUSH = 200;

    private final ManualClock clock = ManualClock.create();
    private final List<HeartbeatTracker> trackers = new ArrayList<>();
    private WatchedStore store = new WatchedStore(StoreSettings.defaults(), clock);
    private FaultyStore link = new FaultyStore(store);
    private HeartbeatTracker other = plain();

    private HeartbeatTracker plain() {
        return kept(HeartbeatTracker.create(new FaultyStore(store)));
    }

    private HeartbeatTracker viewing(LocalView view) {
        HeartbeatTracker tracker =
                kept(HeartbeatTracker.builder(link).localView(view).build());
        pass(0);
        return tracker;
    }

    private HeartbeatTracker kept(HeartbeatTracker tracker) {
        trackers.add(tracker);
        return tracker;
    }

    private void given(StoreSettings settings) {
        close();
        store = new WatchedStore(settings, clock);
        link = new FaultyStore(store);
        other = plain();
    }

    @AfterEach
    void close() {
        link.fault(FaultyStore.Fault.NONE);
        trackers.forEach(HeartbeatTracker::close);
        trackers.clear();
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    /** The other node's user beats on. */
    private void passWithBeats(String user, long millis) {
        for (long passed = 0; passed < millis; passed += 10_000) {
            other.heartbeat(user);
            pass(Math.min(10_000, millis - passed));
        }
    }

    private static UserStatus online(String user) {
        return UserStatus.of(user, Presence.ONLINE);
    }

    @Test
    void onlyTheFirstReadOfAUserAsksTheStore() {
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        other.heartbeat("ada");
        pass(FLUSH);
        assertThat(tracker.status("ada").isOnline()).isTrue();
        assertThat(tracker.status("bob")).isEqualTo(UserStatus.of("bob", Presence.OFFLINE));
        assertThat(store.asked).containsExactly(List.of("ada"), List.of("bob"));
        for (int i = 0; i < 6; i++) { // as long as somebody asks
            passWithBeats("ada", 590_000);
            assertThat(tracker.statuses(List.of("ada", "ada")).statuses())
                    .containsExactly(online("ada"), online("ada"));
        }
        assertThat(store.reads()).isEqualTo(2);
        assertThat(tracker.stats().count(Counter.VIEW_MISSES)).isEqualTo(2);
    }

    @Test
    void viewOfEveryoneNeverAsksForWhoIsOnline() {
        other.heartbeat("ada");
        pass(FLUSH);
        HeartbeatTracker tracker = viewing(LocalView.EVERYONE);
        other.heartbeat("bob");
        pass(2_000);
        assertThat(tracker.statuses(List.of("ada", "bob")).statuses()).containsExactly(online("ada"), online("bob"));
        assertThat(store.reads()).isZero();
    }

    @Test
    void answersStandInAskedOrderAndBearTheStoresTime() {
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        other.heartbeat("ada");
        pass(FLUSH);
        tracker.status("ada");
        assertThat(tracker.statuses(List.of("x", "ada", "y")).statuses())
                .extracting(UserStatus::user)
                .containsExactly("x", "ada", "y");
        pass(5);
        assertThat(tracker.statuses(List.of("ada")).nowMillis()).isEqualTo(clock.millis());
    }

    @ParameterizedTest
    @EnumSource(names = {"ASKED", "EVERYONE"})
    void transitionsOfOtherNodesShowWithinTwoSeconds(LocalView view) {
        HeartbeatTracker tracker = viewing(view);
        assertThat(tracker.status("ada").isOnline()).isFalse();
        other.heartbeat("ada");
        pass(FLUSH + 2_000);
        assertThat(tracker.status("ada")).isEqualTo(online("ada"));
        long beat = clock.millis();
        other.heartbeat("ada");
        pass(1_000);
        other.disconnect("ada");
        pass(FLUSH + 2_000);
        UserStatus gone = UserStatus.of("ada", Presence.OFFLINE, beat, clock.millis() - beat);
        assertThat(tracker.status("ada")).isEqualTo(gone);
        int reads = store.reads();
        pass(7);
        assertThat(tracker.status("ada")).isEqualTo(UserStatus.of("ada", Presence.OFFLINE, beat, FLUSH + 3_007));
        assertThat(store.reads()).isEqualTo(reads);
    }

    @Test
    void lapsedUserIsOnlineInTheViewUntilTheClaimAndMayComeBackWithoutOne() {
        given(StoreSettings.defaults().withGrace(Duration.ofSeconds(20)));
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        other.heartbeat("ada");
        pass(TIMEOUT + 10_000);
        assertThat(other.status("ada").isOnline()).isFalse();
        assertThat(tracker.status("ada")).isEqualTo(online("ada"));
        other.heartbeat("ada");
        pass(TIMEOUT);
        assertThat(tracker.status("ada")).isEqualTo(online("ada"));
        pass(20_000 + FLUSH + 2_000);
        assertThat(tracker.status("ada").isOnline()).isFalse();
        assertThat(store.feed).hasSize(2);
    }

    @Test
    void cutOffItAnswersOnAndIsMarkedStaleAfterThreeSeconds() {
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        other.heartbeat("ada");
        pass(FLUSH);
        tracker.status("ada");
        pass(1_000 - FLUSH); // a sweep, and with it a look at the feed
        link.fault(FaultyStore.Fault.DOWN);
        pass(3_000);
        assertThat(tracker.status("ada")).isEqualTo(online("ada"));
        pass(1);
        assertThat(tracker.status("ada")).isEqualTo(online("ada").asStale());
        assertThat(tracker.stats().count(Counter.STALE_ANSWERS)).isEqualTo(1);
        assertThatThrownBy(() -> tracker.status("bob")).isInstanceOf(PresenceStoreUnavailableException.class);
        other.disconnect("ada");
        pass(FLUSH);
        link.fault(FaultyStore.Fault.NONE);
        pass(2_000);
        assertThat(tracker.status("ada").isOnline()).isFalse();
        assertThat(tracker.status("ada").isStale()).isFalse();
    }

    @Test
    void viewOfEveryoneKnowsStrangersToBeOfflineWhileCutOff() {
        HeartbeatTracker tracker = viewing(LocalView.EVERYONE);
        link.fault(FaultyStore.Fault.DOWN);
        assertThat(tracker.status("bob"))
                .isEqualTo(UserStatus.of("bob", Presence.OFFLINE).asStale());
        tracker.heartbeat("bob");
        assertThat(tracker.status("bob").isOnline()).isTrue();
        tracker.disconnect("bob");
        assertThat(tracker.status("bob").isOnline()).isFalse();
    }

    @Test
    void viewThatBeganInAnOutageBeginsAfterIt() {
        other.heartbeat("ada");
        pass(FLUSH);
        link.fault(FaultyStore.Fault.DOWN);
        HeartbeatTracker tracker = viewing(LocalView.EVERYONE);
        assertThatThrownBy(() -> tracker.status("ada")).isInstanceOf(PresenceStoreUnavailableException.class);
        link.fault(FaultyStore.Fault.NONE);
        pass(2_000);
        assertThat(tracker.status("ada")).isEqualTo(online("ada"));
        assertThat(store.reads()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"ASKED", "EVERYONE"})
    void trimmedFeedHasUsersReadAgain(LocalView view) {
        HeartbeatTracker tracker = viewing(view);
        other.heartbeat("ada");
        other.heartbeat("bob");
        pass(2_000);
        tracker.statuses(List.of("ada", "bob", "cleo"));
        link.fault(FaultyStore.Fault.DOWN);
        other.disconnect("ada");
        other.heartbeat("cleo");
        pass(FLUSH);
        store.trim();
        link.fault(FaultyStore.Fault.NONE);
        pass(2_000);
        int reads = store.reads();
        assertThat(tracker.statuses(List.of("bob", "cleo")).statuses()).containsExactly(online("bob"), online("cleo"));
        assertThat(store.reads()).isEqualTo(reads);
        assertThat(tracker.status("ada").isOnline()).isFalse();
        assertThat(tracker.status("ada").lastSeen()).isPresent();
        assertThat(tracker.stats().count(Counter.FEED_GAPS)).isEqualTo(1);
    }

    @Test
    void usersAreReadAgainInBatchesOfAThousand() {
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        tracker.statuses(IntStream.range(0, 2_500).mapToObj(i -> "u" + i).toList());
        link.fault(FaultyStore.Fault.DOWN);
        other.heartbeat("u7");
        pass(FLUSH);
        store.trim();
        store.asked.clear();
        link.fault(FaultyStore.Fault.NONE);
        pass(2_000);
        assertThat(store.asked).extracting(List::size).containsExactly(1_000, 1_000, 500);
        assertThat(tracker.status("u7")).isEqualTo(online("u7"));
    }

    @Test
    void lostMemoryIsStaleForAHeartbeatIntervalAndThenReadAgain() {
        other.close();
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        tracker.heartbeat("ada");
        tracker.heartbeat("bob");
        pass(2_000);
        tracker.statuses(List.of("ada", "bob"));
        pass(1_000);
        assertThat(tracker.status("ada").isStale()).isFalse();
        WatchedStore empty = new WatchedStore(StoreSettings.defaults(), clock);
        link.replaceBy(empty);
        pass(1_000);
        tracker.heartbeat("ada");
        assertThat(tracker.status("bob")).isEqualTo(online("bob").asStale());
        pass(12_000);
        assertThat(tracker.status("ada")).isEqualTo(online("ada"));
        assertThat(tracker.status("bob")).isEqualTo(UserStatus.of("bob", Presence.OFFLINE));
    }

    @Test
    void lastSeenIsKeptForTenMinutesAndNotLonger() {
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        other.heartbeat("ada");
        other.disconnect("ada");
        pass(FLUSH);
        assertThat(tracker.status("ada").lastSeen()).isPresent();
        other.forget("ada");
        pass(600_000);
        assertThat(tracker.status("ada").lastSeen()).isPresent();
        pass(1);
        assertThat(tracker.status("ada")).isEqualTo(UserStatus.of("ada", Presence.OFFLINE));
    }

    @Test
    void lastSeenBeyondTheRetentionIsHidden() {
        given(StoreSettings.defaults().withRetention(Duration.ofSeconds(60)));
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        other.heartbeat("ada");
        other.disconnect("ada");
        pass(FLUSH);
        long age = tracker.status("ada").age().orElseThrow().toMillis();
        pass(60_000 - age);
        assertThat(tracker.status("ada").age()).contains(Duration.ofSeconds(60));
        pass(1);
        assertThat(tracker.status("ada").lastSeen()).isEmpty();
        assertThat(store.reads()).isEqualTo(1);
    }

    @Test
    void userForgottenHereIsForgottenAtOnce() {
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        other.heartbeat("ada");
        other.disconnect("ada");
        pass(FLUSH);
        assertThat(tracker.status("ada").lastSeen()).isPresent();
        tracker.forget("ada");
        assertThat(tracker.status("ada")).isEqualTo(UserStatus.of("ada", Presence.OFFLINE));
    }

    @Test
    void keptUsersAreBounded() {
        HeartbeatTracker tracker = kept(HeartbeatTracker.builder(link)
                .localView(LocalView.ASKED)
                .maximumViewed(2)
                .build());
        pass(0);
        tracker.status("a");
        tracker.status("b");
        tracker.status("c");
        assertThat(store.reads()).isEqualTo(3);
        tracker.statuses(List.of("b", "c"));
        assertThat(store.reads()).isEqualTo(3);
        tracker.status("a");
        assertThat(store.reads()).isEqualTo(4);
    }

    @Test
    void ownWritesShowAtOnceBufferedOrNot() {
        for (LocalView view : List.of(LocalView.ASKED, LocalView.EVERYONE)) {
            HeartbeatTracker tracker = viewing(view);
            String user = "ada-" + view;
            assertThat(tracker.status(user).isOnline()).isFalse();
            tracker.heartbeat(user);
            assertThat(tracker.status(user).isOnline()).as("buffered").isTrue();
            tracker.flush();
            assertThat(tracker.status(user).isOnline())
                    .as("recorded, and the feed not read yet")
                    .isTrue();
            pass(2_000);
            assertThat(tracker.status(user)).isEqualTo(online(user));
            tracker.disconnect(user);
            assertThat(tracker.status(user).isOnline()).isFalse();
            assertThat(tracker.status(user).isOnline())
                    .as("recorded by the read before")
                    .isFalse();
            tracker.heartbeat(user, "phone");
            tracker.heartbeat(user, "laptop");
            pass(2_000);
            tracker.disconnect(user, "phone");
            assertThat(tracker.status(user).isOnline())
                    .as("another session lives")
                    .isTrue();
            pass(2_000);
            assertThat(tracker.status(user).isOnline()).isTrue();
            int reads = store.reads();
            assertThat(tracker.status(user)).isEqualTo(online(user));
            assertThat(store.reads()).isEqualTo(reads);
        }
    }

    @Test
    void answerThatTheFeedOvertookIsNotKept() {
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        other.heartbeat("ada");
        pass(FLUSH);
        store.beforeAnswer = () -> {
            other.disconnect("ada");
            pass(2_000);
        };
        assertThat(tracker.status("ada").isOnline()).isTrue();
        assertThat(tracker.status("ada").isOnline()).isFalse();
    }

    @Test
    void answersOfAQuietPeriodAreStaleAndNotKept() {
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        other.heartbeat("ada");
        pass(FLUSH);
        clock.step(Duration.ofSeconds(40));
        other.status("ada");
        pass(1_500);
        assertThat(tracker.status("ada")).satisfies(ada -> {
            assertThat(ada.isOnline()).isTrue();
            assertThat(ada.isStale()).isTrue();
        });
        pass(TIMEOUT + 2_000);
        assertThat(tracker.status("ada").isOnline()).isFalse();
    }

    @Test
    void listenersHearTheSameWithAView() {
        HeartbeatTracker tracker = viewing(LocalView.ASKED);
        other.heartbeat("ada");
        pass(2_000);
        tracker.statuses(List.of("ada", "bob"));
        RecordingListener listener = new RecordingListener();
        var subscription = tracker.addListener(listener);
        other.heartbeat("bob");
        other.heartbeat("cleo");
        other.disconnect("ada");
        pass(2_000);
        assertThat(listener.heard()).containsExactlyInAnyOrder("bob online", "cleo online", "ada offline");
        subscription.close();
        int reads = store.reads();
        assertThat(tracker.status("bob")).isEqualTo(online("bob"));
        assertThat(store.reads()).isEqualTo(reads);
        other.disconnect("bob");
        pass(2_000);
        assertThat(tracker.status("bob").isOnline()).isFalse();
        tracker.status("cleo");
        assertThat(store.reads()).isEqualTo(reads + 2);
    }
}
