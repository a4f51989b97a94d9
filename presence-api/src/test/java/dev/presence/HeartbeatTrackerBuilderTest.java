package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HeartbeatTrackerBuilderTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ScriptedStore store = new ScriptedStore();
    private final HeartbeatTrackerBuilder builder = HeartbeatTracker.builder(store);

    private void timeout(Duration timeout) {
        store.settings = store.settings.withTimeout(timeout);
    }

    private void refused(String message) {
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage(message);
        assertThat(store.clock.scheduled).isEmpty();
    }

    private void accepted() {
        try (HeartbeatTracker tracker = builder.build()) {
            assertThat(tracker.health().state()).isEqualTo(TrackerHealth.State.UP);
        }
    }

    @Test
    void defaultsFollowFromTheTimeout() {
        assertThat(builder.heartbeatInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(builder.flushInterval()).isEqualTo(Duration.ofMillis(200));
        assertThat(builder.sweepInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(builder.closeTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(builder.maximumPending).isEqualTo(1_000_000);
        assertThat(builder.listenerQueue).isEqualTo(10_000);
        assertThat(builder.whenUnavailable).isEqualTo(WhenUnavailable.FAIL);
        accepted();
    }

    @Test
    void defaultsShrinkWithAShortTimeout() {
        timeout(Duration.ofMillis(300));
        assertThat(builder.heartbeatInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(builder.flushInterval()).isEqualTo(Duration.ofMillis(15));
        assertThat(builder.sweepInterval()).isEqualTo(Duration.ofMillis(150));
        accepted();
    }

    @Test
    void defaultIntervalsAreAtLeastOneMillisecond() {
        timeout(Duration.ofMillis(10));
        assertThat(builder.flushInterval()).isEqualTo(Duration.ofMillis(1));
        assertThat(builder.sweepInterval()).isEqualTo(Duration.ofMillis(5));
        accepted();
    }

    @Test
    void intervalsThatAreSetAreTaken() {
        builder.heartbeatInterval(Duration.ofSeconds(3))
                .flushInterval(Duration.ofMillis(40))
                .sweepInterval(Duration.ofSeconds(2))
                .closeTimeout(Duration.ofSeconds(9))
                .maximumPending(7)
                .whenUnavailable(WhenUnavailable.LAST_KNOWN)
                .listenerQueue(8);
        assertThat(builder.heartbeatInterval()).isEqualTo(Duration.ofSeconds(3));
        assertThat(builder.flushInterval()).isEqualTo(Duration.ofMillis(40));
        assertThat(builder.sweepInterval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(builder.closeTimeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(builder.maximumPending).isEqualTo(7);
        assertThat(builder.listenerQueue).isEqualTo(8);
        assertThat(builder.whenUnavailable).isEqualTo(WhenUnavailable.LAST_KNOWN);
    }

    @Test
    void settersCanBeChained() {
        assertThat(builder.whenUnavailable(WhenUnavailable.FAIL)).isSameAs(builder);
        assertThat(builder.listenerQueue(8)).isSameAs(builder);
    }

    @Test
    void trackerDoesNotFollowALaterChangeOfItsBuilder() {
        builder.heartbeatInterval(Duration.ofSeconds(3));
        try (HeartbeatTracker tracker = builder.build()) {
            builder.heartbeatInterval(Duration.ofSeconds(4));
            assertThat(tracker.heartbeatInterval()).isEqualTo(Duration.ofSeconds(3));
        }
    }

    @Test
    void heartbeatIntervalIsAtMostHalfTheTimeout() {
        builder.heartbeatInterval(Duration.ofSeconds(15));
        accepted();
        store.clock.scheduled.clear();
        builder.heartbeatInterval(Duration.ofMillis(15_001));
        refused("timeout PT30S is less than twice the heartbeatInterval PT15.001S: one lost beat would turn a user"
                + " offline (R12)");
    }

    @Test
    void flushIntervalIsAtMostAQuarterOfTheTimeout() {
        builder.flushInterval(Duration.ofMillis(7_500));
        accepted();
        store.clock.scheduled.clear();
        builder.flushInterval(Duration.ofMillis(7_501));
        refused("flushInterval PT7.501S is above a quarter of the timeout PT30S (R12)");
    }

    @Test
    void sweepIntervalIsAtMostTheTimeout() {
        builder.sweepInterval(TIMEOUT);
        accepted();
        store.clock.scheduled.clear();
        builder.sweepInterval(TIMEOUT.plusMillis(1));
        refused("sweepInterval PT30.001S is above the timeout PT30S (R12)");
    }

    @Test
    void heartbeatIntervalIsPositive() {
        builder.heartbeatInterval(Duration.ZERO);
        refused("heartbeatInterval must be at least 1 ms, not PT0S (R12)");
    }

    @Test
    void flushIntervalIsPositive() {
        builder.flushInterval(Duration.ZERO);
        refused("flushInterval must be at least 1 ms, not PT0S (R12)");
    }

    @Test
    void sweepIntervalIsPositive() {
        builder.sweepInterval(Duration.ofMillis(-1));
        refused("sweepInterval must not be negative: PT-0.001S (R12)");
    }

    @Test
    void closeTimeoutIsPositive() {
        builder.closeTimeout(Duration.ZERO);
        refused("closeTimeout must be at least 1 ms, not PT0S (R12)");
    }

    @Test
    void oneWriteAtLeastMayWait() {
        builder.maximumPending(1);
        accepted();
        store.clock.scheduled.clear();
        builder.maximumPending(0);
        refused("maximumPending must be at least 1, not 0 (R12)");
    }

    @Test
    void oneTransitionAtLeastMayWait() {
        builder.listenerQueue(1);
        accepted();
        store.clock.scheduled.clear();
        builder.listenerQueue(0);
        refused("listenerQueue must be at least 1, not 0 (R12)");
    }
}
