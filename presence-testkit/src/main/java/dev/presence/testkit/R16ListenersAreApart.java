package dev.presence.testkit;

import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Counter;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R16ListenersAreApart extends TrackerRules {
    @Test
    @DisplayName("R16: a listener that throws harms no other listener and no beat, and is told on")
    default void r16ThrowingListener() {
        TrackerUnderTest it = tracking();
        RecordingListener after = new RecordingListener();
        it.tracker.addListener(transition -> {
            throw new IllegalStateException("a listener's own trouble");
        });
        it.tracker.addListener(after);
        it.tracker.heartbeat("ada");
        it.pass(TIMEOUT * 2);
        assertThat(it.listener.heard()).containsExactly("ada online", "ada offline");
        assertThat(after.heard()).containsExactly("ada online", "ada offline");
        assertThat(it.count(Counter.LISTENER_FAILURES)).isEqualTo(2);
    }

    @Test
    @DisplayName("R16: a queue that overflows folds to the newest state of each user, alternating, and counts it")
    default void r16OverflowFolds() {
        TrackerUnderTest it = tracking(builder -> builder.listenerQueue(10));
        it.tracker.heartbeat("stays");
        it.flush();
        it.faulty.fault(FaultyStore.Fault.DOWN);
        for (int i = 0; i < 25; i++) {
            it.other.heartbeat("ada");
            it.other.flush();
            it.pass(1);
            it.other.disconnect("ada");
            it.other.flush();
            it.pass(1);
        }
        it.other.heartbeat("bob");
        it.other.disconnect("stays");
        it.other.flush();
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(5_000);
        assertThat(it.listener.heard().stream().filter(heard -> heard.startsWith("bob")))
                .containsExactly("bob online");
        assertThat(it.listener.heard().stream()
                        .filter(heard -> heard.startsWith("ada"))
                        .toList())
                .satisfies(R16ListenersAreApart::alternates);
        assertThat(it.count(Counter.FOLDED_TRANSITIONS)).isPositive();
    }

    private static void alternates(List<? extends String> heard) {
        for (int i = 0; i < heard.size(); i++) {
            assertThat(heard.get(i)).endsWith(i % 2 == 0 ? "online" : "offline");
        }
        assertThat(heard.size() % 2).as("the final state is offline").isZero();
    }
}
