package dev.presence.testkit;

import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static dev.presence.testkit.TrackerUnderTest.FLUSH;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R17OwnWrites extends TrackerRules {
    @Test
    @DisplayName("R17: a tracker sees its own beat before the store does")
    default void r17OwnBeat() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("ada");
        it.pass(FLUSH - 1);
        assertThat(it.faulty.batches()).isEmpty();
        assertThat(it.other.status("ada").isOnline()).isFalse();
        assertThat(it.tracker.status("ada").isOnline()).isTrue();
        assertThat(it.tracker.status("ada").age()).contains(Duration.ofMillis(FLUSH - 1));
    }

    @Test
    @DisplayName("R17: its own beat renews what the store knows")
    default void r17OwnBeatRenews() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("ada");
        it.pass(TIMEOUT);
        it.tracker.heartbeat("ada");
        it.pass(1);
        assertThat(it.tracker.status("ada").isOnline()).isTrue();
        assertThat(it.tracker.status("ada").age()).contains(Duration.ofMillis(1));
    }

    @Test
    @DisplayName("R17: it sees its own disconnect at once")
    default void r17OwnDisconnect() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("ada");
        it.flush();
        it.tracker.disconnect("ada");
        assertThat(it.tracker.status("ada").isOnline()).isFalse();
        it.tracker.heartbeat("bob");
        it.tracker.disconnectAll("bob");
        assertThat(it.tracker.status("bob").isOnline()).isFalse();
    }

    @Test
    @DisplayName("R17: a session on another node keeps the user online all the same")
    default void r17OtherNodesSession() {
        TrackerUnderTest it = tracking();
        it.other.heartbeat("ada", "laptop");
        it.flush();
        it.tracker.heartbeat("ada", "phone");
        it.tracker.disconnect("ada", "phone");
        assertThat(it.tracker.status("ada").isOnline()).isTrue();
    }

    @Test
    @DisplayName("R17: a beat after its own disconnect counts")
    default void r17BeatAfterOwnDisconnect() {
        TrackerUnderTest it = tracking();
        it.tracker.heartbeat("ada");
        it.flush();
        it.tracker.disconnect("ada");
        it.tracker.heartbeat("ada");
        assertThat(it.tracker.status("ada").isOnline()).isTrue();
        it.flush();
        assertThat(it.other.status("ada").isOnline()).isTrue();
    }
}
