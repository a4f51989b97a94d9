package dev.presence.testkit;

import static dev.presence.testkit.StoreRules.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.HeartbeatTracker;
import dev.presence.HeartbeatTrackerBuilder;
import dev.presence.StoreSettings;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R12Settings extends TrackerRules {
    @Test
    @DisplayName("R12: settings that make no sense are refused with the values, before anything starts")
    default void r12NonsenseIsRefused() {
        StoreUnderTest it = given();
        HeartbeatTrackerBuilder builder = HeartbeatTracker.builder(it.store);
        refused(
                () -> HeartbeatTracker.builder(it.store)
                        .heartbeatInterval(Duration.ofMillis(15_001))
                        .build(),
                "PT30S",
                "PT15.001S");
        refused(
                () -> HeartbeatTracker.builder(it.store)
                        .flushInterval(Duration.ofMillis(7_501))
                        .build(),
                "PT30S",
                "PT7.501S");
        refused(
                () -> HeartbeatTracker.builder(it.store)
                        .sweepInterval(Duration.ofMillis(30_001))
                        .build(),
                "PT30S",
                "PT30.001S");
        refused(
                () -> HeartbeatTracker.builder(it.store)
                        .heartbeatInterval(Duration.ZERO)
                        .build(),
                "heartbeatInterval",
                "PT0S");
        refused(
                () -> HeartbeatTracker.builder(it.store)
                        .flushInterval(Duration.ofSeconds(-1))
                        .build(),
                "flushInterval",
                "PT-1S");
        refused(
                () -> HeartbeatTracker.builder(it.store)
                        .sweepInterval(Duration.ofNanos(1))
                        .build(),
                "sweepInterval",
                "PT0.000000001S");
        refused(
                () -> HeartbeatTracker.builder(it.store)
                        .closeTimeout(Duration.ZERO)
                        .build(),
                "closeTimeout",
                "PT0S");
        refused(() -> HeartbeatTracker.builder(it.store).maximumPending(0).build(), "maximumPending", "0");
        refused(() -> HeartbeatTracker.builder(it.store).listenerQueue(-1).build(), "listenerQueue", "-1");
        refused(() -> settings().withTimeout(Duration.ZERO), "timeout", "PT0S");
        refused(() -> settings().withGrace(Duration.ofSeconds(-1)), "grace", "PT-1S");
        refused(() -> settings().withRetention(Duration.ofMillis(29_999)), "PT30S", "PT29.999S");
        refused(() -> settings().withRetention(Duration.ofSeconds(-1)), "retention", "PT-1S");
        refused(() -> settings().withMaximumSessions(0), "maximumSessions", "0");
        refused(() -> settings().withVersion(0), "version", "0");
        builder.heartbeatInterval(Duration.ofSeconds(15))
                .flushInterval(Duration.ofMillis(7_500))
                .sweepInterval(Duration.ofSeconds(30))
                .maximumPending(1)
                .listenerQueue(1)
                .build()
                .close();
    }

    private static void refused(ThrowingCallable build, String... said) {
        assertThatThrownBy(build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(said)
                .hasMessageContaining("R12");
    }

    @Test
    @DisplayName("R12: the defaults follow the timeout")
    default void r12DefaultsFollowTimeout() {
        StoreUnderTest standard = given();
        StoreUnderTest quick = given(settings().withTimeout(Duration.ofMillis(30)));
        try (HeartbeatTracker tracker = HeartbeatTracker.create(standard.store);
                HeartbeatTracker quicker = HeartbeatTracker.create(quick.store)) {
            assertThat(tracker.heartbeatInterval()).isEqualTo(Duration.ofSeconds(10));
            assertThat(tracker.nextHeartbeat()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
            assertThat(quicker.heartbeatInterval()).isEqualTo(Duration.ofMillis(10));
        }
    }

    @Test
    @DisplayName("R12: shared settings are replaced by newer ones only, and a refusal names both")
    default void r12OlderSettingsAreRefused() {
        StoreSettings current = settings().withVersion(2);
        StoreSettings older = settings().withTimeout(Duration.ofSeconds(60)).withVersion(2);
        assertThatThrownBy(() -> older.requireNewerThan(current))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("PT1M", "PT30S", "R12");
        assertThat(current.requireNewerThan(current)).isEqualTo(current);
        assertThat(older.withVersion(3).requireNewerThan(current)).isEqualTo(older.withVersion(3));
    }
}
