package dev.presence.testkit;

import static dev.presence.testkit.StoreRules.millis;
import static dev.presence.testkit.StoreRules.settings;
import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Write;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R04Disconnect extends StoreRules {
    @Test
    @DisplayName("R4: a disconnect ends the session at once, and last seen stays")
    default void r04DisconnectActsAtOnce() {
        StoreUnderTest it = given();
        long start = it.now();
        it.beat("ada");
        it.pass(1_000);
        it.end("ada");
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.lastSeenSince(start, "ada")).isZero();
        assertThat(it.status("ada").age()).contains(millis(1_000));
    }

    @Test
    @DisplayName("R4: the user goes offline with the last live session, wherever that lives")
    default void r04LastSessionAnywhereCounts() {
        StoreUnderTest it = given();
        it.beat("ada", "phone");
        it.recordOnOther(Write.beat("ada", "laptop", 0));
        it.end("ada", "phone");
        assertThat(it.isOnline("ada")).isTrue();
        it.recordOnOther(Write.end("ada", "laptop", 0));
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.events()).containsExactly("ada online", "ada offline");
    }

    @Test
    @DisplayName("R4: the end of the default session leaves the named ones, and the other way round")
    default void r04DefaultAndNamedSessionsAreApart() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.beat("ada", "phone");
        it.end("ada");
        assertThat(it.isOnline("ada")).isTrue();
        it.beat("bob");
        it.beat("bob", "phone");
        it.end("bob", "phone");
        assertThat(it.isOnline("bob")).isTrue();
    }

    @Test
    @DisplayName("R4: a session that has lapsed keeps nobody online when the last live one ends, whatever the grace")
    default void r04LapsedSessionDoesNotCount() {
        StoreUnderTest it = given(settings().withGrace(millis(60_000)));
        it.beat("ada", "phone");
        it.pass(TIMEOUT);
        it.beat("ada", "laptop");
        it.pass(1);
        it.end("ada", "laptop");
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.events()).containsExactly("ada online", "ada offline");
    }

    @Test
    @DisplayName("R4: all sessions can be ended at once")
    default void r04AllSessionsEnd() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.beat("ada", "phone");
        it.recordOnOther(Write.beat("ada", "laptop", 0));
        it.endAll("ada");
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.events()).containsExactly("ada online", "ada offline");
    }

    @Test
    @DisplayName("R4: with no retention nothing is known of a user who left")
    default void r04NothingOutlivesOfflineWithoutRetention() {
        StoreUnderTest it = given(settings().withRetention(millis(0)));
        it.beat("ada");
        it.end("ada");
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.status("ada").lastSeen()).isEmpty();
    }
}
