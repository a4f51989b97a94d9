package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a host tells a tracker reaches the store, and what it asks is answered. */
final class HeartbeatTrackerTest extends ScriptedTracker {
    @Test
    void writesAreRecordedAfterTheFlushInterval() {
        tracker.heartbeat("ada");
        tracker.heartbeat("bob", "phone");
        tracker.disconnect("cy");
        tracker.disconnect("bob", "web");
        tracker.disconnectAll("dan");
        assertThat(tracker.stats().pendingWrites()).isEqualTo(5);
        pass(199);
        assertThat(store.batches).isEmpty();
        pass(1);
        assertThat(recorded())
                .containsExactly(
                        Write.beat("ada", "", 200),
                        Write.beat("bob", "phone", 200),
                        Write.end("bob", "web", 200),
                        Write.end("cy", "", 200),
                        Write.endAll("dan", 200));
        assertThat(count(Counter.BEATS)).isEqualTo(2);
        assertThat(count(Counter.DISCONNECTS)).isEqualTo(3);
        assertThat(count(Counter.WRITES_REFUSED)).isZero();
        assertThat(tracker.stats().pendingWrites()).isZero();
    }

    @Test
    void malformedIdsAreRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> tracker.heartbeat(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> tracker.heartbeat("ada", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> tracker.heartbeat("ada", " "));
        assertThatIllegalArgumentException().isThrownBy(() -> tracker.disconnect("ada", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> tracker.disconnect(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> tracker.disconnectAll(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> tracker.forget(" "));
        assertThat(tracker.stats().pendingWrites()).isZero();
        assertThat(count(Counter.BEATS)).isZero();
    }

    @Test
    void statusesAreAnsweredInAskedOrder() {
        tracker.heartbeat("ada");
        assertThat(tracker.status("ada").isOnline()).isTrue();
        StatusBatch batch = tracker.statuses(new LinkedHashSet<>(List.of("bob", "ada")));
        assertThat(batch.nowMillis()).isEqualTo(store.now());
        assertThat(batch.statuses()).extracting(UserStatus::user).containsExactlyInAnyOrder("bob", "ada");
        assertThat(tracker.statuses(List.of()).statuses()).isEmpty();
        assertThat(count(Counter.STALE_ANSWERS)).isZero();
    }

    @Test
    void staleAnswersAreCounted() {
        store.onStatuses = users -> new StatusBatch(
                store.now(),
                users.stream()
                        .map(user -> user.equals("ada")
                                ? UserStatus.of(user, Presence.ONLINE).asStale()
                                : UserStatus.of(user, Presence.ONLINE))
                        .toList());
        tracker.statuses(List.of("ada", "bob", "ada"));
        assertThat(count(Counter.STALE_ANSWERS)).isEqualTo(2);
    }

    private void storeLosesItsMemory() {
        FeedPosition position = new FeedPosition(List.of(new Sequence(1, 0, 0)));
        store.onFeed = (after, limit) -> new FeedPage(
                after.last().isEmpty() ? FeedPage.Continuity.COMPLETE : FeedPage.Continuity.NEW_EPOCH,
                List.of(),
                position);
        pass(1_000);
        assertThat(count(Counter.FEED_EPOCHS)).isEqualTo(1);
        store.onFeed = (after, limit) -> new FeedPage(FeedPage.Continuity.COMPLETE, List.of(), position);
    }

    private UserStatus firstToldOf(String user) {
        List<UserStatus> told = new ArrayList<>();
        RosterListener listener = new RosterListener() {
            @Override
            public void onSnapshot(StatusBatch snapshot) {
                told.addAll(snapshot.statuses());
            }

            @Override
            public void onTransition(Transition transition) {}
        };
        try (Roster roster = tracker.subscribe(List.of(user), listener)) {
            pass(0);
            assertThat(roster.users()).containsExactly(user);
        }
        return told.get(0);
    }

    @Test
    void answersAreStaleForAHeartbeatIntervalAfterTheStoreLostItsMemory() {
        storeLosesItsMemory();
        assertThat(tracker.status("ada").isStale()).isTrue();
        pass(9_999);
        assertThat(tracker.status("ada").isStale()).isTrue();
        pass(1);
        assertThat(tracker.status("ada").isStale()).isFalse();
    }

    @Test
    void rosterThatIsOpenedThenIsToldSo() {
        storeLosesItsMemory();
        assertThat(firstToldOf("ada").isStale()).isTrue();
        pass(10_000);
        assertThat(firstToldOf("ada").isStale()).isFalse();
    }

    @Test
    void storeCountsAndListsWhoIsOnline() {
        OnlinePage page = new OnlinePage(List.of("ada"), "next");
        store.onStats = () -> new StoreStats(7, 0, 0, 0);
        store.onOnline = (cursor, limit) -> cursor.equals("at") && limit == 5 ? page : new OnlinePage(List.of(), "");
        assertThat(tracker.onlineCount()).isEqualTo(7);
        assertThat(tracker.onlineUsers("at", 5)).isSameAs(page);
        assertThat(tracker.stats().store()).contains(new StoreStats(7, 0, 0, 0));
    }

    @Test
    void statsComeWithoutTheStoreIfItDoesNotAnswer() {
        store.onStats = () -> {
            throw ScriptedStore.down();
        };
        assertThat(tracker.stats().store()).isEmpty();
    }

    @Test
    void statsTellTheSkew() {
        store.aheadMillis = 900;
        tracker.status("ada");
        assertThat(tracker.stats().clockSkewMillis()).isEqualTo(900);
    }

    @Test
    void erasureIsRecordedAtOnce() {
        tracker.heartbeat("ada");
        tracker.forget("ada");
        assertThat(recorded()).containsExactly(Write.beat("ada", "", 0), Write.forget("ada"));
        assertThat(count(Counter.DISCONNECTS)).isZero();
    }

    @Test
    void erasureIsForgottenByTheReaderToo() {
        tracker = anew().whenUnavailable(WhenUnavailable.LAST_KNOWN).build();
        store.onStatuses = users -> new StatusBatch(
                store.now(),
                users.stream().map(user -> UserStatus.of(user, Presence.ONLINE)).toList());
        tracker.status("ada");
        tracker.forget("ada");
        store.onStatuses = users -> {
            throw ScriptedStore.down();
        };
        assertThat(tracker.status("ada").isOnline()).isFalse();
    }

    @Test
    void flushRecordsAtOnce() {
        tracker.heartbeat("ada");
        tracker.flush();
        assertThat(recorded()).containsExactly(Write.beat("ada", "", 0));
    }

    @Test
    void nextHeartbeatIsUpToATenthEarlier() {
        tracker = anew().heartbeatInterval(Duration.ofMillis(10)).build();
        assertThat(IntStream.range(0, BeatHints.CALM)
                        .mapToObj(i -> tracker.nextHeartbeat().toMillis())
                        .toList())
                .contains(9L, 10L)
                .containsOnly(9L, 10L);
        tracker = anew().heartbeatInterval(Duration.ofMillis(9)).build();
        assertThat(IntStream.range(0, BeatHints.CALM)
                        .mapToObj(i -> tracker.nextHeartbeat().toMillis())
                        .toList())
                .containsOnly(9L);
    }

    @Test
    void healthTellsOfOutages() {
        assertThat(tracker.health().state()).isEqualTo(TrackerHealth.State.UP);
        storeIsDown();
        tracker.heartbeat("ada");
        pass(1_200);
        assertThat(tracker.health().state()).isEqualTo(TrackerHealth.State.STORE_UNAVAILABLE);
        assertThat(tracker.health().outage()).isEqualTo(Duration.ofSeconds(1));
    }
}
