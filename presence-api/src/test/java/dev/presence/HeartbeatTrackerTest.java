package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HeartbeatTrackerTest {
    private static final long TIMEOUT = 30_000;

    private final ScriptedStore store = new ScriptedStore();
    private HeartbeatTracker tracker = HeartbeatTracker.create(store);

    @AfterEach
    void close() {
        store.onRecord = batch -> store.done();
        tracker.close();
    }

    private HeartbeatTrackerBuilder anew() {
        tracker.close();
        return HeartbeatTracker.builder(store).closeTimeout(Duration.ofMillis(50));
    }

    private void pass(long millis) {
        store.clock.advanceMillis(millis);
    }

    private void storeIsDown() {
        store.onRecord = batch -> {
            throw ScriptedStore.down();
        };
    }

    private List<Write> recorded() {
        return store.batches.stream().flatMap(batch -> batch.writes().stream()).toList();
    }

    private long count(Counter counter) {
        return tracker.stats().count(counter);
    }

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
    void writesBeyondTheMaximumAreRefusedCountedAndLoggedOnce() {
        tracker = anew().maximumPending(1).build();
        storeIsDown();
        try (LogCapture log = new LogCapture(HeartbeatTracker.class)) {
            tracker.heartbeat("ada");
            tracker.heartbeat("bob");
            tracker.disconnect("ada");
            tracker.disconnectAll("ada");
            assertThat(log.lines())
                    .containsExactly(
                            "ERROR 1 writes wait for the presence store; further ones are refused and counted");
        }
        assertThat(count(Counter.BEATS)).isEqualTo(1);
        assertThat(count(Counter.DISCONNECTS)).isZero();
        assertThat(count(Counter.WRITES_REFUSED)).isEqualTo(3);
        assertThatThrownBy(() -> tracker.forget("bob"))
                .isInstanceOf(PresenceStoreUnavailableException.class)
                .hasMessage("too many writes wait for the store for one more");
    }

    @Test
    void lapsedBeatsMakeRoomForNewOnes() {
        tracker = anew().maximumPending(3).build();
        storeIsDown();
        tracker.heartbeat("ada", "a");
        tracker.heartbeat("ada", "b");
        tracker.heartbeat("ada", "c");
        pass(TIMEOUT);
        tracker.heartbeat("bob");
        assertThat(count(Counter.WRITES_REFUSED)).isEqualTo(1);
        pass(999);
        tracker.heartbeat("bob"); // they are lapsed, but it was tried less than a second ago
        assertThat(count(Counter.WRITES_REFUSED)).isEqualTo(2);
        pass(1);
        tracker.heartbeat("bob");
        assertThat(count(Counter.WRITES_REFUSED)).isEqualTo(2);
        assertThat(count(Counter.WRITES_FOLDED)).isEqualTo(2);
        assertThat(tracker.stats().pendingWrites()).isEqualTo(2);
    }

    @Test
    void beatIsLapsedAMillisecondAfterTheTimeout() {
        tracker = anew().maximumPending(2).build();
        storeIsDown();
        tracker.heartbeat("ada", "a");
        tracker.heartbeat("ada", "b");
        pass(TIMEOUT + 1);
        tracker.heartbeat("bob");
        assertThat(count(Counter.WRITES_FOLDED)).isEqualTo(1);
        assertThat(count(Counter.BEATS)).isEqualTo(3);
    }

    @Test
    void roomIsMadeInTheFirstSecondOfATrackerToo() {
        store.settings = store.settings.withTimeout(Duration.ofMillis(10));
        tracker = anew().maximumPending(2).build();
        storeIsDown();
        tracker.heartbeat("ada", "a");
        tracker.heartbeat("ada", "b");
        pass(11);
        tracker.heartbeat("bob");
        assertThat(count(Counter.WRITES_FOLDED)).isEqualTo(1);
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

    @Test
    void answersAreStaleForAHeartbeatIntervalAfterTheStoreLostItsMemory() {
        FeedPosition position = new FeedPosition(List.of(new Sequence(1, 0, 0)));
        store.onFeed = (after, limit) -> new FeedPage(
                after.last().isEmpty() ? FeedPage.Continuity.COMPLETE : FeedPage.Continuity.NEW_EPOCH,
                List.of(),
                position);
        pass(1_000);
        assertThat(count(Counter.FEED_EPOCHS)).isEqualTo(1);
        store.onFeed = (after, limit) -> new FeedPage(FeedPage.Continuity.COMPLETE, List.of(), position);
        assertThat(tracker.status("ada").isStale()).isTrue();
        pass(9_999);
        assertThat(tracker.status("ada").isStale()).isTrue();
        pass(1);
        assertThat(tracker.status("ada").isStale()).isFalse();
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
    void recordingHasTheFeedRead() {
        Subscription subscription = tracker.addListener(transition -> {});
        store.clock.manual.runDue();
        int scheduled = store.clock.scheduled.size();
        tracker.heartbeat("ada");
        tracker.flush();
        assertThat(store.clock.scheduled.subList(scheduled, scheduled + 2)).containsExactly("200+0", "0+0");
        subscription.close();
    }

    @Test
    void storeThatSignalsHasTheFeedRead() {
        List<Transition> heard = new ArrayList<>();
        store.clock.manual.runDue(); // the first sweep
        tracker.addListener(heard::add);
        store.onFeed = (after, limit) -> new FeedPage(
                FeedPage.Continuity.COMPLETE,
                after.last().isEmpty()
                        ? List.of(new FeedEntry("ada", Presence.ONLINE, 0, "node", new Sequence(1, 0, 1)))
                        : List.of(),
                new FeedPosition(List.of(new Sequence(1, 0, 1))));
        store.signals.forEach(Runnable::run);
        store.clock.manual.runDue();
        assertThat(heard).extracting(Transition::user).containsExactly("ada");
    }

    @Test
    void oldBeatHasTheStoreSweptAtOnce() {
        storeIsDown();
        tracker.heartbeat("ada");
        pass(29_000);
        store.onRecord = batch -> store.done();
        int sweeps = store.sweeps.size();
        tracker.flush();
        store.clock.manual.runDue();
        assertThat(store.sweeps).hasSize(sweeps);
        storeIsDown();
        tracker.heartbeat("ada");
        pass(29_001);
        store.onRecord = batch -> store.done();
        sweeps = store.sweeps.size();
        tracker.flush();
        store.clock.manual.runDue();
        assertThat(store.sweeps).hasSize(sweeps + 1);
    }

    @Test
    void sweepsAskWithTheTrackersIntervals() {
        store.clock.manual.runDue();
        SweepRequest sweep = store.sweeps.get(0);
        assertThat(sweep.periodMillis()).isEqualTo(1_000);
        assertThat(sweep.flushMillis()).isEqualTo(200);
        tracker.heartbeat("ada");
        tracker.flush();
        assertThat(store.batches.get(0).node()).isEqualTo(sweep.node()).isNotEmpty();
    }

    @Test
    void newSettingsOfTheStoreThatDoNotSuitAreLoggedOnce() {
        try (LogCapture log = new LogCapture(HeartbeatTracker.class)) {
            tracker = anew().heartbeatInterval(Duration.ofSeconds(10)).build();
            store.clock.manual.runDue();
            store.settings = store.settings.withTimeout(Duration.ofSeconds(20)).withVersion(2);
            pass(1_000);
            assertThat(log.lines()).isEmpty();
            store.settings = store.settings.withTimeout(Duration.ofSeconds(19)).withVersion(3);
            pass(5_000);
            assertThat(log.lines())
                    .containsExactly(
                            "WARN The store's new settings do not go with those of this tracker: timeout PT19S is"
                                    + " less than twice the heartbeatInterval PT10S: one lost beat would turn a user offline"
                                    + " (R12)");
        }
    }

    @Test
    void settingsOfTheSameVersionAreNotCheckedAgain() {
        try (LogCapture log = new LogCapture(HeartbeatTracker.class)) {
            tracker = anew().heartbeatInterval(Duration.ofSeconds(10)).build();
            store.settings = store.settings.withTimeout(Duration.ofSeconds(19));
            pass(5_000);
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void nextHeartbeatIsUpToATenthEarlier() {
        tracker = anew().heartbeatInterval(Duration.ofMillis(10)).build();
        assertThat(IntStream.range(0, 500)
                        .mapToObj(i -> tracker.nextHeartbeat().toMillis())
                        .toList())
                .contains(9L, 10L)
                .containsOnly(9L, 10L);
        tracker = anew().heartbeatInterval(Duration.ofMillis(9)).build();
        assertThat(IntStream.range(0, 100)
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

    @Test
    void closedTrackerTakesNoCalls() {
        tracker.close();
        List<Runnable> calls = List.of(
                () -> tracker.heartbeat("ada"),
                () -> tracker.disconnect("ada"),
                () -> tracker.disconnectAll("ada"),
                () -> tracker.status("ada"),
                () -> tracker.onlineCount(),
                () -> tracker.onlineUsers("", 1),
                () -> tracker.forget("ada"),
                () -> tracker.addListener(transition -> {}),
                () -> tracker.flush());
        calls.forEach(
                call -> assertThatIllegalStateException().isThrownBy(call::run).withMessage("the tracker is closed"));
        assertThat(tracker.health().state()).isEqualTo(TrackerHealth.State.CLOSED);
        assertThat(tracker.stats().store()).isEmpty();
        assertThat(tracker.stats().pendingWrites()).isZero();
    }

    @Test
    void closeRecordsWhatWaits() {
        tracker.heartbeat("ada");
        tracker.close();
        tracker.close();
        assertThat(recorded()).containsExactly(Write.beat("ada", "", 0));
        assertThat(tracker.stats().count(Counter.WRITES_LOST_AT_CLOSE)).isZero();
    }

    @Test
    void closeTriesAgainForAsLongAsItMay() {
        store.onRecord = batch -> {
            if (store.batches.size() == 1) {
                throw ScriptedStore.down();
            }
            return store.done();
        };
        tracker.heartbeat("ada");
        tracker.close();
        assertThat(store.batches).hasSize(2);
        assertThat(tracker.stats().count(Counter.WRITES_LOST_AT_CLOSE)).isZero();
    }

    @Test
    void writesThatCannotBeRecordedBeforeTheCloseAreCountedAndLogged() {
        tracker = anew().build();
        storeIsDown();
        tracker.heartbeat("ada");
        tracker.heartbeat("bob");
        try (LogCapture log = new LogCapture(HeartbeatTracker.class)) {
            tracker.close();
            assertThat(log.lines())
                    .containsExactly(
                            "WARN The presence store does not answer; beats wait in memory until it does",
                            "WARN 2 heartbeats and disconnects could not be recorded before the tracker was closed");
        }
        assertThat(tracker.stats().count(Counter.WRITES_LOST_AT_CLOSE)).isEqualTo(2);
    }

    @Test
    void closeEndsSweepsSignalsAndListeners() {
        List<Transition> heard = new ArrayList<>();
        store.clock.manual.runDue();
        tracker.addListener(heard::add);
        Runnable signal = store.signals.get(0);
        tracker.close();
        assertThat(store.signals).isEmpty();
        int scheduled = store.clock.scheduled.size();
        signal.run(); // was on its way
        assertThat(store.clock.scheduled).hasSize(scheduled);
        int sweeps = store.sweeps.size();
        int reads = store.feedReads.size();
        pass(10_000);
        assertThat(store.sweeps).hasSize(sweeps);
        assertThat(store.feedReads).hasSize(reads);
        assertThat(heard).isEmpty();
    }

    @Test
    void closeOfAnInterruptedThreadStaysInterrupted() {
        storeIsDown();
        tracker.heartbeat("ada");
        Thread.currentThread().interrupt();
        tracker.close();
        assertThat(Thread.interrupted()).isTrue();
    }

    /** A store that takes beats and ends at once. */
    private static final class Direct extends ScriptedStore implements DirectPresenceStore {
        final List<String> calls = new ArrayList<>();
        final Set<String> nodes = new LinkedHashSet<>();

        @Override
        public void heartbeat(String user, String session, String node) {
            calls.add("beat " + user + session);
            nodes.add(node);
        }

        @Override
        public void disconnect(String user, String session, String node) {
            calls.add("end " + user + session);
            nodes.add(node);
        }

        @Override
        public void disconnectAll(String user, String node) {
            calls.add("end all " + user);
            nodes.add(node);
        }

        @Override
        public void forget(String user, String node) {
            calls.add("forget " + user);
            nodes.add(node);
        }
    }

    @Test
    void directStoreIsCalledAtOnce() {
        Direct direct = new Direct();
        try (HeartbeatTracker tracker = HeartbeatTracker.create(direct)) {
            tracker.heartbeat("ada");
            tracker.heartbeat("ada", " phone");
            tracker.disconnect("ada");
            tracker.disconnect("ada", " phone");
            tracker.disconnectAll("ada");
            tracker.forget("ada");
            assertThat(direct.calls)
                    .containsExactly(
                            "beat ada", "beat ada phone", "end ada", "end ada phone", "end all ada", "forget ada");
            assertThat(direct.nodes).hasSize(1);
            assertThat(tracker.stats().count(Counter.BEATS)).isEqualTo(2);
            assertThat(tracker.stats().count(Counter.DISCONNECTS)).isEqualTo(3);
            assertThat(tracker.stats().pendingWrites()).isZero();
            assertThat(tracker.statuses(List.of("ada", "bob")).statuses()).hasSize(2);
            direct.clock.manual.runDue();
            assertThat(direct.sweeps.get(0).flushMillis()).isZero();
            assertThat(direct.batches).isEmpty();
        }
    }
}
