package dev.presence.testkit;

import static dev.presence.testkit.TrackerUnderTest.FLUSH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.HeartbeatTrackerBuilder;
import dev.presence.OnlinePage;
import dev.presence.TrackerHealth;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R13TrackerLifecycle extends TrackerRules {
    @Test
    @DisplayName("R13: close records what is buffered, ends no session and leaves the store open")
    default void r13CloseFlushes() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("ada");
        it.tracker.close();
        it.tracker.close();
        assertThat(it.store.statuses(List.of("ada")).statuses().get(0).isOnline())
                .isTrue();
        assertThat(it.count(Counter.WRITES_LOST_AT_CLOSE)).isZero();
        assertThat(it.tracker.health().state()).isEqualTo(TrackerHealth.State.CLOSED);
    }

    @Test
    @DisplayName("R13: what could not be recorded at the close is counted")
    default void r13LossAtCloseIsCounted() {
        TrackerUnderTest it = tracking(builder -> builder.closeTimeout(Duration.ofMillis(50)));
        it.faulty.fault(FaultyStore.Fault.DOWN);
        it.tracker.heartbeat("ada");
        it.tracker.heartbeat("ada", "phone");
        it.tracker.disconnect("bob");
        it.tracker.close();
        assertThat(it.count(Counter.WRITES_LOST_AT_CLOSE)).isEqualTo(3);
    }

    @Test
    @DisplayName("R13: a closed tracker refuses to be used, and does nothing by itself any more")
    default void r13ClosedTrackerRefuses() {
        TrackerUnderTest it = tracking();
        it.tracker.close();
        HeartbeatTracker tracker = it.tracker;
        List<ThrowingCallable> calls = List.of(
                () -> tracker.heartbeat("ada"),
                () -> tracker.heartbeat("ada", "phone"),
                () -> tracker.disconnect("ada"),
                () -> tracker.disconnect("ada", "phone"),
                () -> tracker.disconnectAll("ada"),
                () -> tracker.status("ada"),
                () -> tracker.statuses(List.of()),
                tracker::onlineCount,
                () -> tracker.onlineUsers(OnlinePage.START, 10),
                () -> tracker.forget("ada"),
                () -> tracker.addListener(transition -> {}),
                tracker::flush);
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        }
        long sweeps = it.count(Counter.SWEEPS);
        it.pass(60_000);
        assertThat(it.count(Counter.SWEEPS)).isEqualTo(sweeps);
    }

    @Test
    @DisplayName("R13: listeners hear nothing after the close")
    default void r13ListenersHearNothingAfterClose() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("ada");
        it.pass(FLUSH);
        it.tracker.close();
        it.other.disconnectAll("ada");
        it.pass(60_000);
        assertThat(it.listener.heard()).containsExactly("ada online");
    }

    @Test
    @DisplayName("R13: a closed tracker records nothing later, not even what it counted as lost")
    default void r13NothingIsRecordedAfterClose() {
        TrackerUnderTest it = tracking(builder -> builder.closeTimeout(Duration.ofMillis(50)));
        it.faulty.fault(FaultyStore.Fault.DOWN);
        it.tracker.heartbeat("ada");
        it.pass(1_000);
        it.tracker.close();
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(10_000);
        assertThat(it.faulty.batches()).isEmpty();
    }

    @Test
    @DisplayName("R13: a builder used again leaves the trackers it built as they are")
    default void r13BuilderIsCopied() {
        StoreUnderTest it = given();
        HeartbeatTrackerBuilder builder = HeartbeatTracker.builder(it.store).heartbeatInterval(Duration.ofSeconds(10));
        try (HeartbeatTracker first = builder.build();
                HeartbeatTracker second =
                        builder.heartbeatInterval(Duration.ofSeconds(3)).build()) {
            assertThat(first.heartbeatInterval()).isEqualTo(Duration.ofSeconds(10));
            assertThat(second.heartbeatInterval()).isEqualTo(Duration.ofSeconds(3));
        }
    }
}
