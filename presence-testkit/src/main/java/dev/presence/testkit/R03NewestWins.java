package dev.presence.testkit;

import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Write;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R03NewestWins extends StoreRules {
    @Test
    @DisplayName("R3: a late beat never moves last seen back")
    default void r03LateBeatDoesNotMoveBack() {
        StoreUnderTest it = given();
        long start = it.now();
        it.pass(10_000);
        it.beat("ada");
        it.recordOnOther(Write.beat("ada", Write.DEFAULT_SESSION, 4_000));
        assertThat(it.lastSeenSince(start, "ada")).isEqualTo(10_000);
        it.pass(TIMEOUT - 1);
        assertThat(it.isOnline("ada")).isTrue();
    }

    @Test
    @DisplayName("R3: of beats in one batch the newest counts, whatever their order")
    default void r03OrderWithinBatchDoesNotMatter() {
        StoreUnderTest it = given();
        long start = it.now();
        it.pass(10_000);
        it.record(Write.beat("ada", "phone", 1_000), Write.beat("ada", "phone", 3_000));
        assertThat(it.lastSeenSince(start, "ada")).isEqualTo(9_000);
    }

    @Test
    @DisplayName("R3: last seen of an online user is the newest beat of the sessions that live")
    default void r03OnlineLastSeenIsOfLiveSessions() {
        StoreUnderTest it = given();
        long start = it.now();
        it.beat("ada", "phone");
        it.pass(5_000);
        it.beat("ada", "laptop");
        assertThat(it.lastSeenSince(start, "ada")).isEqualTo(5_000);
        it.end("ada", "laptop");
        assertThat(it.isOnline("ada")).isTrue();
        assertThat(it.lastSeenSince(start, "ada")).isZero();
    }

    @Test
    @DisplayName("R3: last seen of an offline user is the newest beat of all")
    default void r03OfflineLastSeenIsOfAllSessions() {
        StoreUnderTest it = given();
        long start = it.now();
        it.beat("ada", "phone");
        it.pass(5_000);
        it.beat("ada", "laptop");
        it.end("ada", "laptop");
        it.end("ada", "phone");
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.lastSeenSince(start, "ada")).isEqualTo(5_000);
    }

    @Test
    @DisplayName("R3: a beat that is lapsed when it is recorded raises last seen of an offline user, and lowers none")
    default void r03LapsedBeatRaisesLastSeen() {
        StoreUnderTest it = given();
        long start = it.now();
        it.beat("ada");
        it.pass(TIMEOUT + 60_000);
        it.sweep();
        it.record(Write.beat("ada", "phone", TIMEOUT + 20_000));
        assertThat(it.lastSeenSince(start, "ada")).isEqualTo(40_000);
        it.record(Write.beat("ada", "laptop", TIMEOUT + 30_000));
        assertThat(it.lastSeenSince(start, "ada")).isEqualTo(40_000);
        assertThat(it.isOnline("ada")).isFalse();
    }
}
