package dev.presence.testkit;

import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R15NoExodus extends StoreRules {
    @Test
    @DisplayName("R15: after a gap of more than three sweep periods nobody is claimed for one timeout")
    default void r15GapStartsQuietPeriod() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.sweepEvery(20_000);
        it.pass(60_001);
        assertThat(it.sweepEvery(20_000).claimed()).isZero();
        assertThat(it.isOnline("ada")).isTrue();
        assertThat(it.status("ada").isStale()).isTrue();
        it.pass(TIMEOUT);
        assertThat(it.sweepEvery(20_000).claimed()).isZero();
        assertThat(it.isOnline("ada")).isTrue();
        it.pass(1);
        assertThat(it.sweepEvery(20_000).claimed()).isEqualTo(1);
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.status("ada").isStale()).isFalse();
        assertThat(it.events()).containsExactly("ada online", "ada offline");
    }

    @Test
    @DisplayName("R15: a gap of exactly three periods is none")
    default void r15ShortGapIsNone() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.sweepEvery(20_000);
        it.pass(60_000);
        assertThat(it.sweepEvery(20_000).claimed()).isEqualTo(1);
    }

    @Test
    @DisplayName("R15: who beats in the quiet period stays online without a transition")
    default void r15BeatInQuietPeriod() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.beat("bob");
        it.sweepEvery(20_000);
        it.pass(60_001);
        it.sweepEvery(20_000);
        it.pass(TIMEOUT - 1);
        it.beat("ada");
        assertThat(it.status("ada").isStale()).isFalse();
        it.sweepEvery(20_000);
        it.pass(2);
        it.sweepEvery(20_000);
        assertThat(it.events()).containsExactly("ada online", "bob online", "bob offline");
    }

    @Test
    @DisplayName("R15: an offline user does not come online by an outage, and a disconnect acts at once in it")
    default void r15DisconnectInQuietPeriod() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.beat("bob");
        it.end("bob");
        it.sweepEvery(1_000);
        it.pass(TIMEOUT + 1);
        it.sweepEvery(1_000);
        assertThat(it.isOnline("bob")).isFalse();
        it.end("ada");
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.status("ada").isStale()).isFalse();
    }

    @Test
    @DisplayName("R15: in the quiet period the end of one session does not end another whose beats are missing")
    default void r15OtherSessionsInQuietPeriod() {
        StoreUnderTest it = given();
        it.beat("ada", "phone");
        it.beat("ada", "laptop");
        it.sweepEvery(1_000);
        it.pass(TIMEOUT + 1);
        it.sweepEvery(1_000);
        it.end("ada", "phone");
        assertThat(it.isOnline("ada")).isTrue();
        assertThat(it.status("ada").isStale()).isTrue();
    }

    @Test
    @DisplayName("R15: the quiet period holds for every node")
    default void r15QuietPeriodIsShared() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.sweepEvery(1_000);
        it.pass(TIMEOUT + 1);
        it.sweepEvery(1_000);
        assertThat(it.sweepOnOther().claimed()).isZero();
        assertThat(it.statusOnOther("ada").isStale()).isTrue();
    }
}
