package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StatusReaderTest {
    private static final long TIMEOUT = 30_000;

    private final ScriptedStore store = new ScriptedStore();
    private final PendingWrites pending = new PendingWrites(1_000);
    private final StoreTime time = new StoreTime(store.clock, pending::age);
    private final Outage outage = new Outage(store.clock);
    private final Counters counters = new Counters();
    private final Flusher flusher =
            new Flusher(store, "node", 200, pending, time, outage, counters, users -> {}, oldest -> {});
    private final StatusReader reader = reader(WhenUnavailable.FAIL);

    private StatusReader reader(WhenUnavailable choice) {
        return new StatusReader(store, pending, flusher, time, outage, counters, choice);
    }

    private void offer(Write.Kind kind, String user) {
        pending.offer(kind, user, "", store.clock.nanos());
    }

    private void storeKnows(UserStatus... statuses) {
        store.onStatuses = users -> new StatusBatch(store.now(), List.of(statuses));
    }

    private void storeIsDown() {
        store.onStatuses = users -> {
            throw ScriptedStore.down();
        };
    }

    private static UserStatus status(StatusReader reader, String user) {
        return reader.read(List.of(user)).statuses().get(0);
    }

    private UserStatus seen(String user, Presence presence, long age) {
        return UserStatus.of(user, presence, store.now() - age, age);
    }

    private long count(Counter counter) {
        return counters.snapshot().get(counter);
    }

    @Test
    void eachUserIsAskedForOnceAndAnsweredInEveryPlace() {
        UserStatus ada = seen("ada", Presence.ONLINE, 5);
        UserStatus bob = UserStatus.of("bob", Presence.OFFLINE);
        storeKnows(ada, bob);
        StatusBatch batch = reader.read(List.of("bob", "ada", "bob"));
        assertThat(batch).isEqualTo(new StatusBatch(store.now(), List.of(bob, ada, bob)));
        assertThat(store.asked).containsExactly(List.of("bob", "ada"));
    }

    @Test
    void listThatChangesWhileItIsReadIsReadOnce() {
        AtomicInteger reads = new AtomicInteger();
        List<String> restless = new AbstractList<>() {
            @Override
            public String get(int index) {
                return "user-" + reads.getAndIncrement();
            }

            @Override
            public int size() {
                return 2;
            }
        };
        assertThat(reader.read(restless).statuses())
                .extracting(UserStatus::user)
                .containsExactly("user-0", "user-1");
        assertThat(store.asked).containsExactly(List.of("user-0", "user-1"));
    }

    @Test
    void malformedIdIsRefusedBeforeTheStoreIsAsked() {
        assertThatIllegalArgumentException().isThrownBy(() -> reader.read(List.of("ada", " ")));
        assertThat(store.asked).isEmpty();
    }

    @Test
    void answerTellsTheTimeAndThatTheStoreWorks() {
        outage.failed(Outage.Activity.READ, ScriptedStore.down());
        store.aheadMillis = 70;
        reader.read(List.of());
        assertThat(time.skewMillis()).isEqualTo(70);
        assertThat(outage.health().state()).isEqualTo(TrackerHealth.State.UP);
        assertThat(count(Counter.READ_FAILURES)).isZero();
    }

    @Test
    void ownBeatIsSeenBeforeItIsRecorded() {
        store.clock.advanceMillis(1_000);
        offer(Write.Kind.BEAT, "ada");
        store.clock.advanceMillis(40);
        assertThat(status(reader, "ada")).isEqualTo(seen("ada", Presence.ONLINE, 40));
        assertThat(status(reader, "bob")).isEqualTo(UserStatus.of("bob", Presence.OFFLINE));
        assertThat(store.batches).isEmpty();
    }

    @Test
    void ownBeatBringsOnlineUpToTheTimeout() {
        offer(Write.Kind.BEAT, "ada");
        store.clock.advanceMillis(TIMEOUT);
        assertThat(status(reader, "ada")).isEqualTo(seen("ada", Presence.ONLINE, TIMEOUT));
        store.clock.advanceMillis(1);
        assertThat(status(reader, "ada")).isEqualTo(seen("ada", Presence.OFFLINE, TIMEOUT + 1));
    }

    @Test
    void ownBeatBringsOnlineWhomTheStoreHoldsOfflineEvenIfSeenLater() {
        offer(Write.Kind.BEAT, "ada");
        store.clock.advanceMillis(40);
        storeKnows(seen("ada", Presence.OFFLINE, 10));
        assertThat(status(reader, "ada").isOnline()).isTrue();
    }

    @Test
    void newerOneOfOwnBeatAndStoreIsTheLastSeen() {
        offer(Write.Kind.BEAT, "ada");
        store.clock.advanceMillis(40);
        storeKnows(seen("ada", Presence.ONLINE, 41));
        assertThat(status(reader, "ada")).isEqualTo(seen("ada", Presence.ONLINE, 40));
        storeKnows(seen("ada", Presence.ONLINE, 39));
        assertThat(status(reader, "ada")).isEqualTo(seen("ada", Presence.ONLINE, 39));
        storeKnows(seen("ada", Presence.ONLINE, 40).asStale());
        assertThat(status(reader, "ada"))
                .isEqualTo(seen("ada", Presence.ONLINE, 40).asStale());
    }

    @Test
    void waitingEndIsRecordedBeforeTheStoreIsAsked() {
        offer(Write.Kind.END, "bob");
        store.onStatuses = users -> {
            assertThat(users.isEmpty() || store.batches.size() == 1).isTrue();
            return store.allOffline(users);
        };
        reader.read(List.of("ada", "bob"));
        assertThat(store.batches).hasSize(1);
        assertThat(pending.size()).isZero();
    }

    @Test
    void userLeftOutByTheStoreIsAnError() {
        storeKnows(UserStatus.of("ada", Presence.OFFLINE));
        assertThatThrownBy(() -> reader.read(List.of("ada", "bob")))
                .isExactlyInstanceOf(PresenceStoreException.class)
                .hasMessage("the store left out one of the users it was asked for");
        assertThat(count(Counter.READ_FAILURES)).isZero();
    }

    @Test
    void readFailsWhileTheStoreDoesNotAnswer() {
        storeIsDown();
        assertThatThrownBy(() -> reader.read(List.of("ada")))
                .isInstanceOf(PresenceStoreUnavailableException.class)
                .hasMessage("down");
        assertThat(count(Counter.READ_FAILURES)).isEqualTo(1);
        assertThat(outage.health().state()).isEqualTo(TrackerHealth.State.STORE_UNAVAILABLE);
        reader.forget("ada");
    }

    @Test
    void lastKnownAnswersAreMarkedStaleAndGrowOlder() {
        StatusReader remembering = reader(WhenUnavailable.LAST_KNOWN);
        store.aheadMillis = 5_000;
        UserStatus ada = seen("ada", Presence.ONLINE, 5);
        storeKnows(ada, UserStatus.of("bob", Presence.ONLINE));
        remembering.read(List.of("ada", "bob"));
        storeIsDown();
        store.clock.advanceMillis(100);
        StatusBatch batch = remembering.read(List.of("ada", "bob", "cy", "ada"));
        UserStatus older = seen("ada", Presence.ONLINE, 105).asStale();
        assertThat(batch)
                .isEqualTo(new StatusBatch(
                        store.now(),
                        List.of(
                                older,
                                UserStatus.of("bob", Presence.ONLINE).asStale(),
                                UserStatus.of("cy", Presence.OFFLINE).asStale(),
                                older)));
        assertThat(count(Counter.READ_FAILURES)).isEqualTo(1);
    }

    @Test
    void hostsTimeStandsInForATimeThatWasNeverHeardOf() {
        StatusReader remembering = reader(WhenUnavailable.LAST_KNOWN);
        store.aheadMillis = 5_000;
        storeIsDown();
        offer(Write.Kind.BEAT, "ada");
        store.clock.advanceMillis(10);
        assertThat(remembering.read(List.of("ada")))
                .isEqualTo(new StatusBatch(
                        store.clock.millis(),
                        List.of(UserStatus.of("ada", Presence.ONLINE, store.clock.millis() - 10, 10)
                                .asStale())));
    }

    @Test
    void ownEndIsSeenWhileTheStoreDoesNotAnswer() {
        StatusReader remembering = reader(WhenUnavailable.LAST_KNOWN);
        storeKnows(seen("ada", Presence.ONLINE, 5));
        remembering.read(List.of("ada"));
        storeIsDown();
        store.onRecord = batch -> {
            throw ScriptedStore.down();
        };
        offer(Write.Kind.END, "ada");
        assertThat(status(remembering, "ada"))
                .isEqualTo(seen("ada", Presence.OFFLINE, 5).asStale());
    }

    @Test
    void forgottenUserIsNotRemembered() {
        StatusReader remembering = reader(WhenUnavailable.LAST_KNOWN);
        storeKnows(seen("ada", Presence.ONLINE, 5), seen("bob", Presence.ONLINE, 5));
        remembering.read(List.of("ada", "bob"));
        remembering.forget("ada");
        storeIsDown();
        assertThat(status(remembering, "ada"))
                .isEqualTo(UserStatus.of("ada", Presence.OFFLINE).asStale());
        assertThat(status(remembering, "bob").isOnline()).isTrue();
    }

    /** Whether a user is remembered after so many others were asked for. */
    private boolean isRememberedAfter(int others) {
        StatusReader remembering = reader(WhenUnavailable.LAST_KNOWN);
        store.onStatuses = users -> new StatusBatch(
                store.now(),
                users.stream().map(user -> UserStatus.of(user, Presence.ONLINE)).toList());
        remembering.read(List.of("ada"));
        remembering.read(IntStream.range(0, others).mapToObj(i -> "user" + i).toList());
        storeIsDown();
        return status(remembering, "ada").isOnline();
    }

    @Test
    void lastHundredThousandUsersAreRemembered() {
        assertThat(isRememberedAfter(99_999)).isTrue();
        assertThat(isRememberedAfter(100_000)).isFalse();
    }
}
