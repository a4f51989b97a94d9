package dev.presence.testkit;

import static dev.presence.testkit.StoreRules.millis;
import static dev.presence.testkit.StoreRules.settings;
import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Presence;
import dev.presence.SweepReply;
import dev.presence.Write;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R07ClaimReChecks extends StoreRules {
    @Test
    @DisplayName("R7: a beat that arrives before the claim wins, though the user had lapsed")
    default void r07BeatBeforeClaimWins() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.pass(TIMEOUT + 1_000);
        it.beat("ada");
        assertThat(it.sweep()).isZero();
        assertThat(it.events()).containsExactly("ada online");
    }

    @Test
    @DisplayName("R7: a claim is due at timeout plus flush interval, and not a millisecond sooner")
    default void r07ClaimIsDueAfterFlush() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.pass(TIMEOUT + 200);
        assertThat(it.sweep(10, 200).claimed()).isZero();
        it.pass(1);
        assertThat(it.sweep(10, 200).claimed()).isEqualTo(1);
    }

    @Test
    @DisplayName("R7: the offline transition waits for the grace too, and a beat in it wins")
    default void r07ClaimWaitsForGrace() {
        StoreUnderTest it = given(settings().withGrace(millis(5_000)));
        it.beat("ada");
        it.beat("bob");
        it.pass(TIMEOUT + 5_000);
        it.beat("bob");
        assertThat(it.sweep()).isZero();
        it.pass(1);
        assertThat(it.sweep()).isEqualTo(1);
        assertThat(it.events()).containsExactly("ada online", "ada offline", "bob online");
    }

    @Test
    @DisplayName("R7: a user who lapsed is told to be unclaimed until the claim, and no other is")
    default void r07UnclaimedUntilTheClaim() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.beat("bob", "phone");
        it.beat("cleo");
        it.end("cleo");
        it.pass(TIMEOUT);
        assertThat(it.status("ada").isUnclaimed()).isFalse();
        it.pass(1);
        assertThat(it.status("ada").isOnline()).isFalse();
        assertThat(it.status("ada").isUnclaimed()).isTrue();
        assertThat(it.statusOnOther("bob").isUnclaimed()).isTrue();
        assertThat(it.status("cleo").isUnclaimed()).isFalse();
        assertThat(it.status("nobody").isUnclaimed()).isFalse();
        assertThat(it.sweep()).isEqualTo(2);
        assertThat(it.status("ada").isUnclaimed()).isFalse();
        assertThat(it.statusOnOther("bob").isUnclaimed()).isFalse();
    }

    @Test
    @DisplayName("R7: a sweep tells no later time to come again than the next claim is due")
    default void r07NextDueIsNotLate() {
        StoreUnderTest it = given();
        it.pass(5_000);
        it.record(Write.beat("ada", "", 2_000), Write.beat("bob", "", 0));
        for (int claimed = 0, visits = 0; claimed < 2; visits++) {
            SweepReply reply = it.sweep(10, 0);
            claimed += reply.claimed();
            assertThat(reply.nextDueMillis()).isGreaterThan(reply.nowMillis());
            if (claimed < 2) {
                assertThat(visits).isLessThan(1_000);
                it.pass(Math.min(reply.nextDueMillis() - reply.nowMillis(), TIMEOUT));
            }
        }
        assertThat(it.entries().stream()
                        .filter(entry -> entry.presence() == Presence.OFFLINE)
                        .map(entry -> it.now() - entry.atMillis()))
                .containsExactly(2_000L, 0L);
    }

    @Test
    @DisplayName("R7: a sweep claims no more than it was asked to, and says that there is more")
    default void r07LimitIsKept() {
        StoreUnderTest it = given();
        for (int i = 0; i < 5; i++) {
            it.beat("user" + i);
        }
        it.pass(TIMEOUT + 1);
        SweepReply first = it.sweep(3, 0);
        assertThat(first.claimed()).isEqualTo(3);
        assertThat(first.nextDueMillis()).isLessThanOrEqualTo(first.nowMillis());
        assertThat(it.sweep(3, 0).claimed()).isEqualTo(2);
    }

    @Test
    @DisplayName("R7: the last of several sessions to lapse is what is claimed")
    default void r07LastSessionIsClaimed() {
        StoreUnderTest it = given();
        it.beat("ada", "phone");
        it.pass(10_000);
        it.beat("ada", "laptop");
        it.pass(TIMEOUT);
        assertThat(it.sweep()).isZero();
        it.pass(1);
        assertThat(it.sweep()).isEqualTo(1);
    }

    @Test
    @DisplayName("R7: a user who was claimed and returns is claimed again in time")
    default void r07ReturnedUserIsClaimedAgain() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.pass(10_000);
        it.end("ada");
        it.pass(10_000);
        it.beat("ada");
        it.pass(TIMEOUT);
        assertThat(it.sweep()).isZero();
        it.pass(1);
        assertThat(it.sweep()).isEqualTo(1);
        assertThat(it.events()).containsExactly("ada online", "ada offline", "ada online", "ada offline");
    }

    @Test
    @DisplayName("R7: a session begun by a late beat lapses in time, though a younger one ended before it")
    default void r07LateSessionLapsesInTime() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.pass(20_000);
        it.beat("ada");
        it.pass(15_000);
        assertThat(it.sweep()).isZero();
        it.recordOnOther(Write.beat("ada", "phone", 25_000));
        it.end("ada");
        it.pass(5_000);
        assertThat(it.sweep()).isZero();
        it.pass(1);
        assertThat(it.sweep()).isEqualTo(1);
    }
}
