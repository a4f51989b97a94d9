package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits when a tracker is closed is recorded or told of, and then all is quiet. */
final class TrackerCloseTest extends ScriptedTracker {
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
}
