package dev.presence.testkit;

import static dev.presence.testkit.StoreRules.millis;
import static dev.presence.testkit.StoreRules.settings;
import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Write;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R05EndedStaysEnded extends StoreRules {
    @Test
    @DisplayName("R5: a beat from before the end, recorded after it, brings nobody online but may move last seen")
    default void r05LateBeatDoesNotRevive() {
        StoreUnderTest it = given();
        long start = it.now();
        it.beat("ada");
        it.pass(5_000);
        it.end("ada");
        it.pass(1_000);
        it.recordOnOther(Write.beat("ada", Write.DEFAULT_SESSION, 3_000));
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.lastSeenSince(start, "ada")).isEqualTo(3_000);
        assertThat(it.events()).containsExactly("ada online", "ada offline");
    }

    @Test
    @DisplayName("R5: the same for a named session, while another one lives on")
    default void r05LateBeatDoesNotReviveNamedSession() {
        StoreUnderTest it = given();
        it.beat("ada", "phone");
        it.beat("ada", "laptop");
        it.pass(5_000);
        it.end("ada", "phone");
        it.recordOnOther(Write.beat("ada", "phone", 1_000));
        it.end("ada", "laptop");
        assertThat(it.isOnline("ada")).isFalse();
    }

    @Test
    @DisplayName("R5: the end of a session nobody has heard of yet holds against its late beats")
    default void r05EndBeforeFirstBeat() {
        StoreUnderTest it = given();
        it.pass(5_000);
        it.end("ada", "phone");
        it.recordOnOther(Write.beat("ada", "phone", 1));
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.events()).isEmpty();
    }

    @Test
    @DisplayName("R5: a beat after the end brings the user back")
    default void r05BeatAfterEndRevives() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.end("ada");
        it.pass(1);
        it.recordOnOther(Write.beat("ada", Write.DEFAULT_SESSION, 0));
        assertThat(it.isOnline("ada")).isTrue();
        assertThat(it.events()).containsExactly("ada online", "ada offline", "ada online");
    }

    @Test
    @DisplayName("R5: a disconnect ends only beats that are not newer than itself")
    default void r05EndCarriesItsAge() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.pass(5_000);
        it.beat("bob");
        it.recordOnOther(
                Write.end("ada", Write.DEFAULT_SESSION, 1_000), Write.end("bob", Write.DEFAULT_SESSION, 1_000));
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.isOnline("bob")).isTrue();
    }

    @Test
    @DisplayName("R5: on equal stamps order decides within a batch")
    default void r05OrderDecidesWithinBatch() {
        StoreUnderTest it = given();
        it.record(Write.end("ada", "phone", 0), Write.beat("ada", "phone", 0));
        it.record(Write.beat("bob", "phone", 0), Write.end("bob", "phone", 0));
        assertThat(it.isOnline("ada")).isTrue();
        assertThat(it.isOnline("bob")).isFalse();
    }

    @Test
    @DisplayName("R5: on equal stamps the disconnect wins between nodes, in either order of arrival")
    default void r05EndWinsBetweenNodes() {
        StoreUnderTest it = given();
        it.end("ada", "phone");
        it.recordOnOther(Write.beat("ada", "phone", 0));
        it.beat("bob", "phone");
        it.recordOnOther(Write.end("bob", "phone", 0));
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.isOnline("bob")).isFalse();
    }

    @Test
    @DisplayName("R5: the end of all sessions holds against late beats of sessions the store has not seen")
    default void r05EndOfAllHoldsForUnseenSessions() {
        StoreUnderTest it = given();
        it.beat("ada", "phone");
        it.pass(5_000);
        it.endAll("ada");
        it.recordOnOther(Write.beat("ada", "laptop", 1_000));
        assertThat(it.isOnline("ada")).isFalse();
        it.pass(1);
        it.recordOnOther(Write.beat("ada", "laptop", 0));
        assertThat(it.isOnline("ada")).isTrue();
    }

    @Test
    @DisplayName("R5: an end holds for one timeout, to the millisecond, also without retention")
    default void r05TombstoneLastsOneTimeout() {
        StoreUnderTest it = given(settings().withRetention(millis(0)));
        it.beat("ada");
        it.end("ada");
        it.pass(TIMEOUT);
        it.recordOnOther(Write.beat("ada", Write.DEFAULT_SESSION, TIMEOUT));
        assertThat(it.isOnline("ada")).isFalse();
        it.recordOnOther(Write.beat("ada", Write.DEFAULT_SESSION, TIMEOUT - 1));
        assertThat(it.isOnline("ada")).isTrue();
    }

    @Test
    @DisplayName("R5: a flood of ended sessions ends no session that lives")
    default void r05FloodOfEndsSparesTheLiving() {
        StoreUnderTest it = given();
        it.beat("ada", "laptop");
        it.pass(1_000);
        for (int i = 0; i < 100; i++) {
            it.end("ada", "flood-" + i);
        }
        assertThat(it.isOnline("ada")).isTrue();
        it.recordOnOther(Write.beat("ada", "flood-0", 1));
        it.end("ada", "laptop");
        assertThat(it.isOnline("ada")).isFalse();
    }

    @Test
    @DisplayName("R5: forgetting undoes no end that came after it")
    default void r05ForgettingUndoesNoLaterEnd() {
        StoreUnderTest it = given();
        it.pass(10_000);
        it.end("ada", "phone");
        it.recordOnOther(new Write(Write.Kind.FORGET, "ada", Write.DEFAULT_SESSION, 500));
        it.recordOnOther(Write.beat("ada", "phone", 200));
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.events()).isEmpty();
    }
}
