package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StoreSettingsTest {
    private static final StoreSettings DEFAULTS = StoreSettings.defaults();
    private static final Duration TOO_LONG = StoreSettings.UNLIMITED.plusNanos(1);

    private static void refused(Runnable change, String message) {
        assertThatIllegalArgumentException().isThrownBy(change::run).withMessage(message);
    }

    @Test
    void defaultsAreTheDocumentedOnes() {
        assertThat(DEFAULTS)
                .isEqualTo(new StoreSettings(Duration.ofSeconds(30), Duration.ZERO, Duration.ofDays(30), 16, 1));
    }

    @Test
    void eachSettingCanBeChangedAlone() {
        Duration hour = Duration.ofHours(1);
        assertThat(DEFAULTS.withTimeout(hour))
                .isEqualTo(new StoreSettings(hour, Duration.ZERO, Duration.ofDays(30), 16, 1));
        assertThat(DEFAULTS.withGrace(hour))
                .isEqualTo(new StoreSettings(Duration.ofSeconds(30), hour, Duration.ofDays(30), 16, 1));
        assertThat(DEFAULTS.withRetention(hour))
                .isEqualTo(new StoreSettings(Duration.ofSeconds(30), Duration.ZERO, hour, 16, 1));
        assertThat(DEFAULTS.withMaximumSessions(3))
                .isEqualTo(new StoreSettings(Duration.ofSeconds(30), Duration.ZERO, Duration.ofDays(30), 3, 1));
        assertThat(DEFAULTS.withVersion(7))
                .isEqualTo(new StoreSettings(Duration.ofSeconds(30), Duration.ZERO, Duration.ofDays(30), 16, 7));
    }

    @Test
    void timeoutIsAtLeastOneMillisecond() {
        assertThat(DEFAULTS.withTimeout(Duration.ofMillis(1)).timeout()).isEqualTo(Duration.ofMillis(1));
        refused(() -> DEFAULTS.withTimeout(Duration.ZERO), "timeout must be at least 1 ms, not PT0S (R12)");
        refused(
                () -> DEFAULTS.withTimeout(Duration.ofNanos(999_999)),
                "timeout must be at least 1 ms, not PT0.000999999S (R12)");
        refused(() -> DEFAULTS.withTimeout(Duration.ofSeconds(-1)), "timeout must not be negative: PT-1S (R12)");
    }

    @Test
    void graceMayBeZeroButNotNegative() {
        assertThat(DEFAULTS.withGrace(Duration.ZERO).grace()).isZero();
        refused(() -> DEFAULTS.withGrace(Duration.ofNanos(-1)), "grace must not be negative: PT-0.000000001S (R12)");
    }

    @Test
    void noDurationIsLongerThanAThousandYears() {
        assertThat(DEFAULTS.withRetention(StoreSettings.UNLIMITED).retention()).isEqualTo(StoreSettings.UNLIMITED);
        refused(
                () -> DEFAULTS.withRetention(TOO_LONG),
                "retention must be at most PT8766000H, not PT8766000H0.000000001S (R12)");
        refused(
                () -> DEFAULTS.withGrace(TOO_LONG),
                "grace must be at most PT8766000H, not PT8766000H0.000000001S (R12)");
        refused(
                () -> DEFAULTS.withTimeout(TOO_LONG),
                "timeout must be at most PT8766000H, not PT8766000H0.000000001S (R12)");
    }

    @Test
    void retentionIsZeroOrAtLeastTheTimeout() {
        assertThat(DEFAULTS.withRetention(Duration.ZERO).retention()).isZero();
        assertThat(DEFAULTS.withRetention(Duration.ofSeconds(30)).retention()).isEqualTo(Duration.ofSeconds(30));
        refused(
                () -> DEFAULTS.withRetention(Duration.ofMillis(29_999)),
                "retention PT29.999S is below the timeout PT30S: last seen would be forgotten while the user may still be"
                        + " online; use zero to forget at once (R12)");
        refused(
                () -> DEFAULTS.withRetention(Duration.ofNanos(-1)),
                "retention must not be negative: PT-0.000000001S (R12)");
    }

    @Test
    void atLeastOneSessionIsAllowed() {
        assertThat(DEFAULTS.withMaximumSessions(1).maximumSessions()).isEqualTo(1);
        refused(() -> DEFAULTS.withMaximumSessions(0), "maximumSessions must be at least 1, not 0 (R12)");
    }

    @Test
    void versionsCountFromOne() {
        assertThat(DEFAULTS.withVersion(1).version()).isEqualTo(1);
        refused(() -> DEFAULTS.withVersion(0), "version must be at least 1, not 0 (R12)");
    }

    @Test
    void equalOrNewerSettingsMayReplaceOthers() {
        StoreSettings other = DEFAULTS.withMaximumSessions(3);
        StoreSettings newer = other.withVersion(2);
        assertThat(DEFAULTS.requireNewerThan(DEFAULTS.withVersion(1))).isSameAs(DEFAULTS);
        assertThat(newer.requireNewerThan(DEFAULTS)).isSameAs(newer);
        refused(
                () -> other.requireNewerThan(DEFAULTS),
                "these settings are refused, since the store holds others that are as new: " + other + " against "
                        + DEFAULTS + "; raise the version to change them for all nodes (R12)");
        refused(
                () -> DEFAULTS.requireNewerThan(newer),
                "these settings are refused, since the store holds others that are as new: " + DEFAULTS + " against "
                        + newer + "; raise the version to change them for all nodes (R12)");
    }
}
