package dev.presence.testkit;

import static dev.presence.testkit.StoreRules.millis;
import static dev.presence.testkit.StoreRules.settings;
import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Write;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R01Online extends StoreRules {
    @Test
    @DisplayName("R1: a beat makes a user online")
    default void r01BeatMakesUserOnline() {
        StoreUnderTest it = given();
        it.beat("ada");
        assertThat(it.isOnline("ada")).isTrue();
        assertThat(it.status("ada").age()).contains(millis(0));
        assertThat(it.status("ada").isStale()).isFalse();
    }

    @Test
    @DisplayName("R1: a beat that is exactly the timeout old still counts, one millisecond more does not")
    default void r01TimeoutIsExact() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.pass(TIMEOUT);
        assertThat(it.isOnline("ada")).isTrue();
        assertThat(it.status("ada").age()).contains(millis(TIMEOUT));
        it.pass(1);
        assertThat(it.isOnline("ada")).isFalse();
    }

    @Test
    @DisplayName("R1: a beat renews the time a user has")
    default void r01BeatRenews() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.pass(TIMEOUT - 1);
        it.beat("ada");
        it.pass(TIMEOUT);
        assertThat(it.isOnline("ada")).isTrue();
    }

    @Test
    @DisplayName("R1: one live session of several is enough")
    default void r01AnySessionCounts() {
        StoreUnderTest it = given();
        it.beat("ada", "phone");
        it.pass(TIMEOUT);
        it.beat("ada", "laptop");
        it.pass(TIMEOUT);
        assertThat(it.isOnline("ada")).isTrue();
        it.pass(1);
        assertThat(it.isOnline("ada")).isFalse();
    }

    @Test
    @DisplayName("R1: status waits neither for grace nor for a sweep")
    default void r01StatusDoesNotWait() {
        StoreUnderTest it = given(settings().withGrace(millis(60_000)));
        it.beat("ada");
        it.pass(TIMEOUT + 1);
        assertThat(it.isOnline("ada")).isFalse();
    }

    @Test
    @DisplayName("R1: a beat counts from when it came, not from when it was recorded")
    default void r01AgeOfBeatCounts() {
        StoreUnderTest it = given();
        it.pass(TIMEOUT);
        it.record(Write.beat("ada", Write.DEFAULT_SESSION, TIMEOUT));
        it.record(Write.beat("bob", Write.DEFAULT_SESSION, TIMEOUT + 1));
        assertThat(it.isOnline("ada")).isTrue();
        assertThat(it.isOnline("bob")).isFalse();
    }
}
