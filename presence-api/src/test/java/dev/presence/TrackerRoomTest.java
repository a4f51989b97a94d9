package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A tracker keeps no more than it was allowed to. */
final class TrackerRoomTest extends ScriptedTracker {
    private static final long TIMEOUT = 30_000;

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
}
