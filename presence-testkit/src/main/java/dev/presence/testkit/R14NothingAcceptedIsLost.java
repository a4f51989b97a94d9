package dev.presence.testkit;

import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static dev.presence.testkit.TrackerUnderTest.FLUSH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.Counter;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.TrackerHealth;
import dev.presence.UserStatus;
import dev.presence.WhenUnavailable;
import dev.presence.Write;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R14NothingAcceptedIsLost extends TrackerRules {
    @Test
    @DisplayName(
            "R14: beats and disconnects wait out an outage and are recorded, with their age, within 2 s of its end")
    default void r14OutageLosesNothing() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("bob");
        it.flush();
        long start = it.clock.millis();
        it.faulty.fault(FaultyStore.Fault.DOWN);
        it.tracker.heartbeat("ada");
        it.pass(2_000);
        it.tracker.disconnect("bob");
        it.tracker.heartbeat("cleo");
        it.pass(10_000);
        assertThat(it.tracker.stats().pendingWrites()).isEqualTo(3);
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(2_000);
        assertThat(it.tracker.stats().pendingWrites()).isZero();
        List<UserStatus> statuses =
                it.store.statuses(List.of("ada", "bob", "cleo")).statuses();
        assertThat(statuses).extracting(UserStatus::isOnline).containsExactly(true, false, true);
        assertThat(statuses.get(0).lastSeen().orElseThrow().toEpochMilli() - start)
                .isZero();
        assertThat(statuses.get(2).lastSeen().orElseThrow().toEpochMilli() - start)
                .isEqualTo(2_000);
    }

    @Test
    @DisplayName("R14: a beat that lapsed in the outage brings nobody online, but is last seen")
    default void r14LapsedBeatIsLastSeen() {
        TrackerUnderTest it = tracking();
        long start = it.clock.millis();
        it.faulty.fault(FaultyStore.Fault.DOWN);
        it.tracker.heartbeat("ada");
        it.pass(TIMEOUT * 2);
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(2_000);
        UserStatus status = it.tracker.status("ada");
        assertThat(status.isOnline()).isFalse();
        assertThat(status.lastSeen().orElseThrow().toEpochMilli()).isEqualTo(start);
        assertThat(it.listener.heard()).isEmpty();
    }

    @Test
    @DisplayName("R14: beats of one session coalesce, however long the outage")
    default void r14BeatsCoalesce() {
        TrackerUnderTest it = tracking();
        it.faulty.fault(FaultyStore.Fault.DOWN);
        for (int i = 0; i < 100; i++) {
            it.tracker.heartbeat("ada");
            it.tracker.heartbeat("ada", "phone");
            it.pass(100);
        }
        assertThat(it.tracker.stats().pendingWrites()).isEqualTo(2);
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(2_000);
        assertThat(it.faulty.batches()).hasSize(1);
        assertThat(it.faulty.batches().get(0).writes()).hasSize(2);
    }

    @Test
    @DisplayName("R14: the order of beats and disconnects of a session survives")
    default void r14OrderSurvives() {
        TrackerUnderTest it = tracking();
        it.faulty.fault(FaultyStore.Fault.DOWN);
        it.tracker.heartbeat("ada", "phone");
        it.tracker.disconnect("ada", "phone");
        it.tracker.disconnect("bob", "phone");
        it.tracker.heartbeat("bob", "phone");
        it.pass(1_000);
        it.tracker.disconnect("bob", "laptop");
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(2_000);
        assertThat(it.tracker.status("ada").isOnline()).isFalse();
        assertThat(it.tracker.status("ada").lastSeen()).isPresent();
        assertThat(it.tracker.status("bob").isOnline()).isTrue();
    }

    @Test
    @DisplayName("R14: reads say that the store is unavailable; beats and disconnects never do")
    default void r14ReadsFail() {
        TrackerUnderTest it = tracking();
        it.faulty.fault(FaultyStore.Fault.DOWN);
        it.tracker.heartbeat("ada");
        it.tracker.disconnect("ada");
        it.tracker.disconnectAll("ada");
        it.tracker.heartbeat("bob");
        assertThatThrownBy(() -> it.tracker.status("bob")).isInstanceOf(PresenceStoreUnavailableException.class);
        assertThat(it.tracker.health().state()).isEqualTo(TrackerHealth.State.STORE_UNAVAILABLE);
        it.pass(5_000);
        assertThat(it.tracker.health().outage()).isEqualTo(Duration.ofSeconds(5));
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(2_000);
        assertThat(it.tracker.health().state()).isEqualTo(TrackerHealth.State.UP);
    }

    @Test
    @DisplayName("R14: or they answer what was last known, marked stale")
    default void r14ReadsAnswerLastKnown() {
        TrackerUnderTest it = tracking(builder -> builder.whenUnavailable(WhenUnavailable.LAST_KNOWN));
        it.other.heartbeat("ada");
        it.flush();
        it.tracker.status("ada");
        it.faulty.fault(FaultyStore.Fault.DOWN);
        it.pass(1_000);
        it.tracker.heartbeat("bob");
        List<UserStatus> statuses =
                it.tracker.statuses(List.of("ada", "bob", "nobody")).statuses();
        assertThat(statuses).extracting(UserStatus::isOnline).containsExactly(true, true, false);
        assertThat(statuses).allMatch(UserStatus::isStale);
        assertThat(statuses.get(0).age()).contains(Duration.ofMillis(1_000 + FLUSH));
        assertThat(it.count(Counter.STALE_ANSWERS)).isEqualTo(3);
        it.faulty.fault(FaultyStore.Fault.NONE);
        assertThat(it.tracker.status("ada").isStale()).isFalse();
    }

    @Test
    @DisplayName("R14: memory is bounded: lapsed beats fold to one per user, then new writes are refused and counted")
    default void r14MemoryIsBounded() {
        TrackerUnderTest it = tracking(builder -> builder.maximumPending(4));
        it.faulty.fault(FaultyStore.Fault.DOWN);
        it.tracker.heartbeat("ada", "one");
        it.tracker.heartbeat("ada", "two");
        it.tracker.heartbeat("ada", "three");
        it.tracker.heartbeat("bob");
        it.tracker.heartbeat("cleo");
        assertThat(it.count(Counter.WRITES_REFUSED)).isEqualTo(1);
        it.pass(TIMEOUT + 2_000);
        it.tracker.heartbeat("cleo");
        it.tracker.heartbeat("dan");
        it.tracker.heartbeat("eve");
        assertThat(it.count(Counter.WRITES_FOLDED)).isEqualTo(2);
        assertThat(it.count(Counter.WRITES_REFUSED)).isEqualTo(2);
        assertThat(it.tracker.stats().pendingWrites()).isEqualTo(4);
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(2_000);
        List<UserStatus> statuses =
                it.store.statuses(List.of("ada", "bob", "cleo", "dan", "eve")).statuses();
        assertThat(statuses)
                .extracting(status -> status.lastSeen().isPresent())
                .containsExactly(true, true, true, true, false);
        assertThat(statuses).extracting(UserStatus::isOnline).containsExactly(false, false, true, true, false);
    }

    @Test
    @DisplayName("R14: a batch that was late is corrected and sent again, with its beats stamped as they came")
    default void r14LateBatchIsCorrected() {
        TrackerUnderTest it = tracking();
        long start = it.clock.millis();
        it.tracker.heartbeat("ada");
        it.faulty.onTheWay(() -> it.clock.advance(Duration.ofSeconds(5)));
        it.tracker.flush();
        assertThat(it.count(Counter.BATCHES_LATE)).isEqualTo(1);
        UserStatus status = it.tracker.status("ada");
        assertThat(status.lastSeen().orElseThrow().toEpochMilli()).isEqualTo(start);
        assertThat(status.age()).contains(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("R14: beats from before a host was suspended are stamped as they came, though its timers stood still")
    default void r14SuspendedHostCorrectsAges() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("bob");
        it.flush();
        long start = it.clock.millis();
        it.tracker.heartbeat("ada");
        it.clock.step(Duration.ofSeconds(20));
        it.flush();
        UserStatus status = it.tracker.status("ada");
        assertThat(status.lastSeen().orElseThrow().toEpochMilli() - start).isBetween(-FLUSH, FLUSH);
        assertThat(status.isOnline()).isTrue();
    }

    @Test
    @DisplayName("R9: a batch read asks for each id once, and answers each position")
    default void r09DistinctIdsOnce() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("ada");
        assertThat(it.tracker.statuses(List.of("ada", "bob", "ada")).statuses())
                .extracting(UserStatus::user)
                .containsExactly("ada", "bob", "ada");
        assertThat(it.tracker.statuses(List.of()).statuses()).isEmpty();
    }

    @Test
    @DisplayName("R19: forgetting a user forgets the beats that wait, and fails loudly when the store is down")
    default void r19ForgetThroughTracker() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("ada");
        it.tracker.forget("ada");
        assertThat(it.tracker.status("ada").lastSeen()).isEmpty();
        assertThat(it.store.statuses(List.of("ada")).statuses().get(0).lastSeen())
                .isEmpty();
        it.faulty.fault(FaultyStore.Fault.DOWN);
        assertThatThrownBy(() -> it.tracker.forget("bob")).isInstanceOf(PresenceStoreUnavailableException.class);
        assertThat(it.tracker.stats().pendingWrites()).isEqualTo(1);
        assertThat(it.faulty.batches())
                .allSatisfy(batch ->
                        assertThat(batch.writes()).extracting(Write::user).containsOnly("ada"));
    }
}
