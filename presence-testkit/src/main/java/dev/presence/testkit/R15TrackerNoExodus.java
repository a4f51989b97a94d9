package dev.presence.testkit;

import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Counter;
import dev.presence.WhenUnavailable;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R15TrackerNoExodus extends TrackerRules {
    @Test
    @DisplayName("R15: an outage of the store for all nodes turns nobody offline who beats on")
    default void r15OutageIsNoExodus() {
        TrackerUnderTest it = tracking();
        it.other.close();
        it.tracker.heartbeat("ada");
        it.tracker.heartbeat("bob");
        it.flush();
        it.faulty.fault(FaultyStore.Fault.DOWN);
        for (int i = 0; i < 10; i++) {
            it.pass(TIMEOUT / 3);
            it.tracker.heartbeat("ada");
        }
        it.faulty.fault(FaultyStore.Fault.NONE);
        for (int i = 0; i < 6; i++) {
            it.pass(TIMEOUT / 3);
            it.tracker.heartbeat("ada");
        }
        assertThat(it.listener.heard()).containsExactlyInAnyOrder("ada online", "bob online", "bob offline");
    }

    @Test
    @DisplayName(
            "R15: the users of a node that is cut off alone go once and come back once; the cut node reports nothing")
    default void r15CutNode() {
        TrackerUnderTest it = tracking(builder -> builder.whenUnavailable(WhenUnavailable.LAST_KNOWN));
        RecordingListener elsewhere = new RecordingListener();
        it.other.addListener(elsewhere);
        it.tracker.heartbeat("ada");
        it.flush();
        assertThat(it.tracker.status("ada").isStale()).isFalse();
        it.faulty.fault(FaultyStore.Fault.DOWN);
        for (int i = 0; i < 6; i++) {
            it.pass(TIMEOUT / 3);
            it.tracker.heartbeat("ada");
        }
        assertThat(it.tracker.status("ada").isStale()).isTrue();
        assertThat(it.tracker.status("ada").isOnline()).isTrue();
        assertThat(it.listener.heard()).containsExactly("ada online");
        assertThat(elsewhere.heard()).containsExactly("ada online", "ada offline");
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(5_000);
        assertThat(elsewhere.heard()).containsExactly("ada online", "ada offline", "ada online");
        assertThat(it.tracker.status("ada").isStale()).isFalse();
    }

    @Test
    @DisplayName("R15: when the store lost its memory answers are stale for a heartbeat interval, and onlines fold")
    default void r15LostMemory() {
        TrackerUnderTest it = tracking();
        it.other.close();
        it.tracker.heartbeat("ada");
        it.tracker.heartbeat("bob");
        it.pass(1_000);
        it.faulty.replaceBy(given(it.store.settings(), it.clock));
        it.pass(1_000);
        assertThat(it.count(Counter.FEED_EPOCHS)).isEqualTo(1);
        it.tracker.heartbeat("ada");
        assertThat(it.tracker.status("bob").isStale()).isTrue();
        it.pass(10_000);
        assertThat(it.tracker.status("bob").isStale()).isFalse();
        it.pass(1_000);
        assertThat(it.listener.heard())
                .containsExactlyInAnyOrder("ada online", "bob online", "bob offline")
                .endsWith("bob offline");
    }

    @Test
    @DisplayName("R15: a sweep that was under way while the store stood still claims nobody")
    default void r15LateSweepClaimsNobody() {
        TrackerUnderTest it = tracking();
        it.other.close();
        it.tracker.heartbeat("ada");
        it.flush();
        it.faulty.onTheWay(() -> it.clock.step(Duration.ofSeconds(60)));
        it.pass(1_000);
        it.tracker.heartbeat("ada");
        it.pass(5_000);
        assertThat(it.listener.heard()).containsExactly("ada online");
        assertThat(it.count(Counter.SWEEP_FAILURES)).isPositive();
    }
}
