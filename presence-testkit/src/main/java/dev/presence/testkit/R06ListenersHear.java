package dev.presence.testkit;

import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static dev.presence.testkit.TrackerUnderTest.FLUSH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.HeartbeatTracker;
import dev.presence.Presence;
import dev.presence.Transition;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R06ListenersHear extends TrackerRules {
    @Test
    @DisplayName("R6: the listeners of every node hear every transition once, and one node is told that it claimed it")
    default void r06EveryNodeHearsOnce() {
        TrackerUnderTest it = tracking();
        RecordingListener elsewhere = new RecordingListener();
        it.other.addListener(elsewhere);
        it.tracker.heartbeat("ada");
        it.other.heartbeat("ada", "phone");
        it.pass(TIMEOUT * 2);
        assertThat(it.listener.heard()).containsExactly("ada online", "ada offline");
        assertThat(elsewhere.heard()).containsExactly("ada online", "ada offline");
        for (Presence presence : Presence.values()) {
            assertThat(Stream.concat(it.listener.transitions().stream(), elsewhere.transitions().stream())
                            .filter(transition -> transition.presence() == presence)
                            .map(Transition::origin))
                    .containsExactlyInAnyOrder(Transition.Origin.HERE, Transition.Origin.ELSEWHERE);
        }
    }

    @Test
    @DisplayName("R7: a lapse is heard at its exact instant: timeout plus flush interval, and one millisecond")
    default void r07LapseIsHeardAtItsInstant() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("ada");
        long beat = it.clock.millis();
        it.pass(TIMEOUT + FLUSH);
        assertThat(it.listener.heard()).containsExactly("ada online");
        it.pass(1);
        assertThat(it.listener.heard()).containsExactly("ada online", "ada offline");
        assertThat(it.listener.transitions().get(1).at().toEpochMilli() - beat).isEqualTo(TIMEOUT + FLUSH + 1);
    }

    @Test
    @DisplayName("R6: a reply that was lost repeats nothing and loses nothing")
    default void r06LostReplyIsHarmless() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("ada");
        it.faulty.fault(FaultyStore.Fault.REPLIES_LOST);
        it.pass(600);
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(2_000);
        assertThat(it.listener.heard()).containsExactly("ada online");
    }

    @Test
    @DisplayName("R6: what a node that died has claimed is heard by the others all the same")
    default void r06ClaimOfDeadNodeIsHeard() {
        TrackerUnderTest it = tracking();
        it.other.heartbeat("ada");
        it.pass(FLUSH);
        it.other.close();
        it.pass(TIMEOUT * 2);
        assertThat(it.listener.heard()).containsExactly("ada online", "ada offline");
    }

    @Test
    @DisplayName("R6: a listener hears what happens after it was added, and nothing once it was removed")
    default void r06ListenerHearsItsTime() throws Exception {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("ada");
        it.flush();
        RecordingListener late = new RecordingListener();
        try (AutoCloseable subscription = it.tracker.addListener(late)) {
            assertThat(subscription).isNotNull();
            it.tracker.heartbeat("ada");
            it.tracker.heartbeat("bob");
            it.pass(1_000);
            it.tracker.disconnect("ada");
            it.flush();
        }
        it.pass(TIMEOUT * 2);
        assertThat(late.heard()).containsExactly("bob online", "ada offline");
        assertThat(it.listener.heard())
                .containsExactlyInAnyOrder("ada online", "bob online", "ada offline", "bob offline")
                .containsSubsequence("ada online", "ada offline")
                .containsSubsequence("bob online", "bob offline");
    }

    @Test
    @DisplayName("R6: a listener that sat out an outage hears the final state of everyone, alternating")
    default void r06FinalStateAfterOutage() {
        TrackerUnderTest it = tracking();
        it.other.heartbeat("ada");
        it.other.heartbeat("bob");
        it.pass(1_000);
        it.faulty.fault(FaultyStore.Fault.DOWN);
        it.pass(1_000);
        it.other.disconnect("ada");
        it.other.heartbeat("cleo");
        for (int i = 0; i < 70_000; i++) { // enough for a feed of any sensible length to forget
            it.other.heartbeat("flood" + i);
        }
        it.flush();
        it.other.heartbeat("bob");
        it.pass(TIMEOUT - 1_000);
        it.other.heartbeat("bob");
        it.other.heartbeat("cleo");
        it.pass(Duration.ofMinutes(2).toMillis() % TIMEOUT + 5_000);
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(5_000);
        assertThat(it.listener.heard().stream().filter(heard -> !heard.startsWith("flood")))
                .containsExactlyInAnyOrder("ada online", "bob online", "ada offline", "cleo online");
    }

    @Test
    @DisplayName("R6: a listener added while a user is in grace hears that user go")
    default void r06ListenerAddedInGrace() {
        TrackerUnderTest it = tracking(StoreRules.settings().withGrace(Duration.ofSeconds(10)), builder -> builder);
        it.tracker.heartbeat("ada");
        it.pass(TIMEOUT + 5_000);
        RecordingListener late = new RecordingListener();
        it.tracker.addListener(late);
        it.tracker.heartbeat("ada");
        it.pass(1_000);
        it.tracker.disconnect("ada");
        it.pass(1_000);
        assertThat(late.heard()).containsExactly("ada offline");
    }

    @Test
    @DisplayName("R6: a listener added while the store is down hears of who came online since")
    default void r06ListenerAddedInOutage() {
        TrackerUnderTest it = tracking();
        it.other.close();
        it.tracker.close();
        FaultyStore down = new FaultyStore(it.store);
        down.fault(FaultyStore.Fault.DOWN);
        RecordingListener early = new RecordingListener();
        try (HeartbeatTracker tracker = HeartbeatTracker.create(down)) {
            tracker.addListener(early);
            tracker.heartbeat("ada");
            it.pass(1_000);
            down.fault(FaultyStore.Fault.NONE);
            it.pass(3_000);
            assertThat(early.heard()).containsExactly("ada online");
        }
    }
}
