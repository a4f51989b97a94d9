package dev.presence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.LocalView;
import dev.presence.ManualClock;
import dev.presence.Presence;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.Roster;
import dev.presence.RosterListener;
import dev.presence.StatusBatch;
import dev.presence.StoreSettings;
import dev.presence.Transition;
import dev.presence.UserStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A roster is told how its users are and then each of their turns, whatever view its tracker has. */
final class RosterTest {
    private static final long TIMEOUT = 30_000;
    private static final long FLUSH = 200;

    private final ManualClock clock = ManualClock.create();
    private final List<HeartbeatTracker> trackers = new ArrayList<>();
    private WatchedStore store = new WatchedStore(StoreSettings.defaults(), clock);
    private FaultyStore link = new FaultyStore(store);
    private HeartbeatTracker other = tracker(new FaultyStore(store), LocalView.NONE);
    private final RecordingRoster told = new RecordingRoster();

    private HeartbeatTracker tracker(FaultyStore on, LocalView view) {
        HeartbeatTracker tracker = HeartbeatTracker.builder(on).localView(view).build();
        trackers.add(tracker);
        pass(0);
        return tracker;
    }

    private HeartbeatTracker tracker(LocalView view) {
        return tracker(link, view);
    }

    @AfterEach
    void close() {
        trackers.forEach(HeartbeatTracker::close);
        trackers.clear();
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @EnumSource
    void snapshotIsFollowedByTurns(LocalView view) {
        other.heartbeat("ada");
        other.heartbeat("bob");
        other.heartbeat("eve");
        pass(FLUSH);
        Roster roster = tracker(view).subscribe(List.of("ada", "cleo", "ada"), told);
        pass(0);
        assertThat(told.heard).containsExactly("[ada online]", "[cleo offline]");
        other.disconnect("ada");
        other.disconnect("bob");
        pass(FLUSH + 1_000);
        other.heartbeat("cleo");
        pass(FLUSH + 1_000);
        assertThat(told.heard).containsExactly("[ada online]", "[cleo offline]", "ada offline", "cleo online");
        assertThat(roster.users()).containsExactlyInAnyOrder("ada", "cleo");
    }

    @ParameterizedTest
    @EnumSource
    void turnWhileTheSnapshotIsReadIsToldOnce(LocalView view) {
        other.heartbeat("ada");
        pass(FLUSH);
        HeartbeatTracker tracker = tracker(view);
        store.beforeAnswer = () -> {
            other.disconnect("ada");
            other.heartbeat("bob");
            pass(2_000);
        };
        tracker.subscribe(List.of("ada", "bob"), told);
        pass(2_000);
        assertThat(told.states).containsEntry("ada", Presence.OFFLINE).containsEntry("bob", Presence.ONLINE);
        assertThat(told.heard).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void rosterChanges(LocalView view) {
        Roster roster = tracker(view).subscribe(List.of(), told);
        other.heartbeat("ada");
        pass(2_000);
        assertThat(told.heard).isEmpty();
        roster.watch(List.of("ada"));
        roster.watch(List.of("ada", "bob"));
        pass(0);
        assertThat(told.heard).containsExactly("[ada online]", "[bob offline]");
        roster.unwatch(List.of("ada", "nobody"));
        other.disconnect("ada");
        other.heartbeat("bob");
        pass(2_000);
        assertThat(told.heard).containsExactly("[ada online]", "[bob offline]", "bob online");
        assertThatIllegalArgumentException().isThrownBy(() -> roster.watch(List.of(" ")));
        roster.close();
        roster.close();
        assertThatIllegalStateException().isThrownBy(() -> roster.watch(List.of("ada")));
        other.disconnect("bob");
        pass(2_000);
        assertThat(told.heard).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void userInGraceIsOnlineAndMayComeBackUnheard(LocalView view) {
        close();
        store = new WatchedStore(StoreSettings.defaults().withGrace(Duration.ofSeconds(20)), clock);
        link = new FaultyStore(store);
        other = tracker(new FaultyStore(store), LocalView.NONE);
        other.heartbeat("ada");
        pass(TIMEOUT + 10_000);
        tracker(view).subscribe(List.of("ada"), told);
        pass(0);
        assertThat(told.heard).containsExactly("[ada online]");
        other.heartbeat("ada");
        pass(TIMEOUT + 20_000 + FLUSH);
        assertThat(told.heard).containsExactly("[ada online]");
        pass(1_000);
        assertThat(told.heard).containsExactly("[ada online]", "ada offline");
    }

    @ParameterizedTest
    @EnumSource
    void whatAGapHidIsToldAfterIt(LocalView view) {
        other.heartbeat("ada");
        pass(FLUSH);
        HeartbeatTracker tracker = tracker(view);
        tracker.subscribe(List.of("ada", "bob", "cleo"), told);
        pass(0);
        link.fault(FaultyStore.Fault.DOWN);
        assertThatThrownBy(() -> tracker.subscribe(List.of("dora"), new RecordingRoster()))
                .isInstanceOf(PresenceStoreUnavailableException.class);
        other.disconnect("ada");
        other.heartbeat("bob");
        pass(FLUSH);
        store.trim();
        link.fault(FaultyStore.Fault.NONE);
        pass(2_000);
        assertThat(told.heard.subList(3, told.heard.size())).containsExactlyInAnyOrder("ada offline", "bob online");
    }

    @ParameterizedTest
    @EnumSource
    void listenerThatComesLaterChangesNothingForARoster(LocalView view) {
        HeartbeatTracker tracker = tracker(view);
        tracker.subscribe(List.of("ada", "bob"), told);
        other.heartbeat("ada");
        pass(FLUSH);
        RecordingListener listener = new RecordingListener();
        var subscription = tracker.addListener(listener);
        other.heartbeat("bob");
        pass(2_000);
        subscription.close();
        other.disconnect("ada");
        other.disconnect("bob");
        pass(2_000);
        assertThat(told.heard)
                .containsExactlyInAnyOrder(
                        "[ada offline]", "[bob offline]", "ada online", "bob online", "ada offline", "bob offline");
        assertThat(listener.heard()).containsExactly("bob online");
    }

    @ParameterizedTest
    @EnumSource
    void stormIsToldAtTwoHundredASecondAndFoldsToASnapshot(LocalView view) {
        HeartbeatTracker tracker = tracker(view);
        List<String> users = IntStream.range(0, 1_300).mapToObj(i -> "u" + i).toList();
        tracker.subscribe(users, told);
        pass(1_000);
        users.forEach(other::heartbeat);
        pass(FLUSH + 1_000);
        assertThat(told.heard).hasSizeLessThanOrEqualTo(1_300 + 2 * 200 + 1_300);
        pass(10_000);
        assertThat(told.snapshots.size()).isEqualTo(2);
        assertThat(told.states).hasSize(1_300).containsOnlyKeys(users);
        assertThat(told.states.values()).containsOnly(Presence.ONLINE);
        assertThat(tracker.stats().count(Counter.FOLDED_TRANSITIONS)).isEqualTo(1_000);
    }

    @ParameterizedTest
    @EnumSource
    void turnsWaitForTheNextSecondBeyondTwoHundred(LocalView view) {
        HeartbeatTracker tracker = tracker(view);
        List<String> users = IntStream.range(0, 500).mapToObj(i -> "u" + i).toList();
        tracker.subscribe(users, told);
        pass(1_000);
        users.forEach(other::heartbeat);
        other.flush();
        tracker.flush();
        int before = told.heard.size();
        List<Integer> perSecond = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            pass(1_000);
            perSecond.add(told.heard.size() - before);
            before = told.heard.size();
        }
        assertThat(perSecond).allMatch(count -> count <= 400).contains(200);
        assertThat(told.states.values()).containsOnly(Presence.ONLINE);
        assertThat(told.snapshots).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void listenerThatThrowsHarmsNoOther(LocalView view) {
        HeartbeatTracker tracker = tracker(view);
        tracker.subscribe(List.of("ada"), new RosterListener() {
            @Override
            public void onSnapshot(StatusBatch snapshot) {
                throw new IllegalStateException("a listener's own trouble");
            }

            @Override
            public void onTransition(Transition transition) {
                throw new IllegalStateException("a listener's own trouble");
            }
        });
        tracker.subscribe(List.of("ada"), told);
        other.heartbeat("ada");
        pass(2_000);
        assertThat(told.heard).containsExactly("[ada offline]", "ada online");
        assertThat(tracker.stats().count(Counter.LISTENER_FAILURES)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void snapshotHasLastSeenOfThoseWhoAreOffline(LocalView view) {
        other.heartbeat("ada");
        other.disconnect("ada");
        long beat = clock.millis();
        pass(FLUSH);
        tracker(view).subscribe(List.of("ada"), told);
        pass(0);
        assertThat(told.snapshots.get(0).statuses())
                .containsExactly(UserStatus.of("ada", Presence.OFFLINE, beat, FLUSH));
        assertThat(told.snapshots.get(0).nowMillis()).isEqualTo(clock.millis());
    }

    @ParameterizedTest
    @EnumSource
    void cutIsToldWithinFiveSecondsAndSoIsItsEnd(LocalView view) {
        other.heartbeat("ada");
        pass(FLUSH);
        tracker(view).subscribe(List.of("ada", "bob"), told);
        pass(2_000);
        link.fault(FaultyStore.Fault.DOWN);
        other.heartbeat("bob");
        pass(5_000);
        assertThat(told.heard)
                .containsExactly("[ada online]", "[bob offline]", "[ada online stale]", "[bob offline stale]");
        pass(20_000);
        assertThat(told.heard).hasSize(4);
        other.heartbeat("ada"); // of the 30 s before the lapse some are left
        other.heartbeat("bob");
        link.fault(FaultyStore.Fault.NONE);
        pass(5_000);
        assertThat(told.heard.subList(4, told.heard.size()))
                .containsExactly("bob online", "[ada online]", "[bob online]");
        assertThat(told.snapshots.get(1).nowMillis())
                .isLessThan(told.snapshots.get(2).nowMillis());
    }

    @ParameterizedTest
    @EnumSource
    void lostMemoryIsToldAndItsEnd(LocalView view) {
        tracker(view).subscribe(List.of("bob"), told);
        pass(2_000);
        link.replaceBy(new WatchedStore(StoreSettings.defaults(), clock));
        pass(2_000);
        assertThat(told.heard).containsExactly("[bob offline]", "[bob offline stale]");
        pass(13_000);
        assertThat(told.heard).containsExactly("[bob offline]", "[bob offline stale]", "[bob offline]");
    }

    @ParameterizedTest
    @EnumSource
    void staleRosterKeepsLastSeen(LocalView view) {
        other.heartbeat("ada");
        other.disconnect("ada");
        long beat = clock.millis();
        pass(FLUSH);
        tracker(view).subscribe(List.of("ada"), told);
        pass(2_000);
        link.fault(FaultyStore.Fault.DOWN);
        pass(5_000);
        StatusBatch stale = told.snapshots.get(1);
        assertThat(stale.statuses())
                .containsExactly(UserStatus.of("ada", Presence.OFFLINE, beat, stale.nowMillis() - beat)
                        .asStale());
    }

    @ParameterizedTest
    @EnumSource
    void slowListenerIsToldOnlyTheLastOfManyCuts(LocalView view) {
        HeartbeatTracker tracker = tracker(view);
        List<String> heard = new ArrayList<>();
        tracker.subscribe(List.of("ada"), new RosterListener() {
            @Override
            public void onSnapshot(StatusBatch snapshot) {
                heard.add(snapshot.statuses().toString());
                if (heard.size() == 1) { // takes its time, in which much happens
                    for (int i = 0; i < 5; i++) {
                        link.fault(FaultyStore.Fault.DOWN);
                        pass(5_000);
                        link.fault(FaultyStore.Fault.NONE);
                        pass(5_000);
                    }
                }
            }

            @Override
            public void onTransition(Transition transition) {
                heard.add(transition.toString());
            }
        });
        pass(2_000);
        assertThat(heard).containsExactly("[ada offline]", "[ada offline]");
    }

    @ParameterizedTest
    @EnumSource(names = "ASKED")
    void storeThatFailsWhileUsersAreAddedLeavesNobodyFollowed(LocalView view) {
        HeartbeatTracker tracker = tracker(view);
        Roster roster = tracker.subscribe(List.of("bob"), told);
        other.heartbeat("ada");
        pass(FLUSH);
        clock.step(
                Duration.ofSeconds(40)); // in a quiet period answers are not kept, so she is read again, and then fails
        other.status("ada");
        store.beforeAnswer = () -> store.beforeAnswer = () -> link.fault(FaultyStore.Fault.DOWN);
        assertThatThrownBy(() -> roster.watch(List.of("ada"))).isInstanceOf(PresenceStoreUnavailableException.class);
        link.fault(FaultyStore.Fault.NONE);
        assertThat(roster.users()).containsExactly("bob");
        for (int i = 0; i < 62; i++) {
            other.heartbeat("ada");
            pass(10_000);
        }
        int reads = store.reads();
        tracker.status("ada");
        assertThat(store.reads()).isEqualTo(reads + 1);
    }
}
