package dev.presence.testkit;

import static dev.presence.testkit.StoreRules.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.UserStatus;
import dev.presence.Write;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R11Ids extends StoreRules {
    /** Ids that some store, somewhere, takes for one another, cuts, folds or trips over. */
    List<String> AWKWARD = List.of(
            "a",
            "A",
            "a ",
            " a",
            "a\n",
            "a\t",
            "á",
            "a\u0301",
            "ß",
            "ss",
            "ı",
            "i",
            "İ",
            "{a}",
            "{b}",
            "a:b",
            "a/b",
            "a,b",
            "a%2Fb",
            "a'b",
            "a\"b",
            "a\\b",
            "%",
            "_",
            "--",
            "*",
            "?",
            "[a]",
            "\u0001",
            "\uFEFFa",
            "null",
            "0",
            "00",
            "1e3",
            "\uD83D\uDE00",
            "\uD83D\uDE01",
            "x".repeat(256),
            "x".repeat(255),
            "\uD83D\uDE00".repeat(64));

    @Test
    @DisplayName("R11: any Unicode id comes back as it went in, and none is taken for another")
    default void r11IdsAreApart() {
        StoreUnderTest it = given();
        for (int i = 0; i < AWKWARD.size(); i += 2) {
            it.beat(AWKWARD.get(i));
        }
        List<UserStatus> statuses = it.store.statuses(AWKWARD).statuses();
        for (int i = 0; i < AWKWARD.size(); i++) {
            assertThat(statuses.get(i).user()).isEqualTo(AWKWARD.get(i));
            assertThat(statuses.get(i).isOnline()).as("id number %s", i).isEqualTo(i % 2 == 0);
        }
        assertThat(it.onlineList(7)).hasSize((AWKWARD.size() + 1) / 2).isSubsetOf(AWKWARD);
        assertThat(it.entries()).extracting(entry -> entry.user()).isSubsetOf(AWKWARD);
    }

    @Test
    @DisplayName("R11: the same goes for sessions, and no user and session are taken for another pair")
    default void r11SessionsAreApart() {
        StoreUnderTest it = given(settings().withMaximumSessions(AWKWARD.size()));
        AWKWARD.forEach(session -> it.beat("ada", session));
        for (int i = 0; i < AWKWARD.size() - 1; i++) {
            it.end("ada", AWKWARD.get(i));
        }
        assertThat(it.isOnline("ada")).isTrue();
        it.end("ada", AWKWARD.get(AWKWARD.size() - 1));
        assertThat(it.isOnline("ada")).isFalse();
        it.beat("a:b", "c");
        it.end("a", "b:c");
        it.end("a:b:c");
        assertThat(it.isOnline("a:b")).isTrue();
    }

    @Test
    @DisplayName("R11: a malformed id is refused by name of the rule, on every path")
    default void r11MalformedIdsAreRefused() {
        StoreUnderTest it = given();
        for (String bad : List.of(
                "", " ", "\t\n", "a\0b", "\uD83D", "\uDE00", "a\uDE00\uD83D", "x".repeat(257), "ß".repeat(129))) {
            assertThatThrownBy(() -> it.store.statuses(List.of(bad, "ada")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("R11");
            assertThatThrownBy(() -> it.beat(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("R11");
            if (!bad.isEmpty()) {
                assertThatThrownBy(() -> it.beat("ada", bad))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("R11");
            }
        }
        assertThat(it.onlineCount()).isZero();
    }

    @Test
    @DisplayName("R11: with one session more than allowed the oldest goes, and is counted")
    default void r11SessionsAreCapped() {
        StoreUnderTest it = given(settings().withMaximumSessions(3));
        long start = it.now();
        for (String session : List.of("one", "two", "three")) {
            it.beat("ada", session);
            it.pass(1_000);
        }
        it.beat("ada", "one");
        assertThat(it.store.stats().sessionsDropped()).isZero();
        it.beat("ada", "four");
        assertThat(it.store.stats().sessionsDropped()).isEqualTo(1);
        List.of("one", "three", "four").forEach(session -> it.end("ada", session));
        assertThat(it.isOnline("ada")).isFalse();
        assertThat(it.lastSeenSince(start, "ada")).isEqualTo(3_000);
    }

    @Test
    @DisplayName("R11: sessions that have ended or lapsed take no place from those that live")
    default void r11OnlyLiveSessionsAreCapped() {
        StoreUnderTest it = given(settings().withMaximumSessions(2));
        it.beat("ada", "one");
        it.end("ada", "one");
        it.beat("ada", "two");
        it.beat("ada", "three");
        it.pass(StoreUnderTest.TIMEOUT + 1);
        it.beat("ada", "four");
        it.record(Write.beat("ada", "five", 0));
        assertThat(it.store.stats().sessionsDropped()).isZero();
        it.end("ada", "five");
        assertThat(it.isOnline("ada")).isTrue();
    }
}
