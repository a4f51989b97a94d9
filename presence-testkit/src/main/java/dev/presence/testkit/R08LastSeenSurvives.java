package dev.presence.testkit;

import static dev.presence.testkit.StoreRules.millis;
import static dev.presence.testkit.StoreRules.settings;
import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.StoreSettings;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R08LastSeenSurvives extends StoreRules {
    @Test
    @DisplayName("R8: last seen survives the time-out, its claim, and what other users do")
    default void r08SurvivesTimeout() {
        StoreUnderTest it = given();
        long start = it.now();
        it.beat("ada");
        it.pass(TIMEOUT + 1);
        assertThat(it.lastSeenSince(start, "ada")).isZero();
        it.sweep();
        it.beat("bob");
        assertThat(it.lastSeenSince(start, "ada")).isZero();
        it.pass(Duration.ofDays(1).toMillis());
        it.sweep();
        assertThat(it.lastSeenSince(start, "ada")).isZero();
    }

    @Test
    @DisplayName("R8: it is kept until it is exactly as old as the retention, and no longer")
    default void r08RetentionIsExact() {
        StoreUnderTest it = given(settings().withRetention(millis(60_000)));
        it.beat("ada");
        it.pass(TIMEOUT + 1);
        it.sweep();
        it.pass(60_000 - TIMEOUT - 1);
        it.sweep();
        assertThat(it.status("ada").lastSeen()).isPresent();
        it.pass(1);
        assertThat(it.status("ada").lastSeen()).isEmpty();
        it.sweep();
        assertThat(it.status("ada").lastSeen()).isEmpty();
    }

    @Test
    @DisplayName("R8: retention does not touch a user who is online, nor one who returns")
    default void r08RetentionSparesTheOnline() {
        StoreUnderTest it = given(settings().withRetention(millis(60_000)));
        it.beat("ada");
        it.pass(TIMEOUT);
        it.end("ada");
        it.pass(1);
        it.beat("ada");
        for (int i = 0; i < 10; i++) {
            it.pass(TIMEOUT);
            it.sweep();
            it.beat("ada");
        }
        assertThat(it.isOnline("ada")).isTrue();
        assertThat(it.status("ada").lastSeen()).isPresent();
    }

    @Test
    @DisplayName("R8: without retention a time-out leaves nothing")
    default void r08NoRetention() {
        StoreUnderTest it = given(settings().withRetention(millis(0)));
        it.beat("ada");
        it.pass(TIMEOUT - 1);
        assertThat(it.status("ada").lastSeen()).isPresent();
        it.pass(2);
        assertThat(it.status("ada").lastSeen()).isEmpty();
        it.sweep();
        assertThat(it.status("ada").lastSeen()).isEmpty();
    }

    @Test
    @DisplayName("R8: unlimited retention keeps it for good")
    default void r08UnlimitedRetention() {
        StoreUnderTest it = given(settings().withRetention(StoreSettings.UNLIMITED));
        long start = it.now();
        it.beat("ada");
        it.pass(TIMEOUT + 1);
        it.sweep();
        it.pass(Duration.ofDays(3_650).toMillis());
        it.sweep();
        assertThat(it.lastSeenSince(start, "ada")).isZero();
    }
}
