package dev.presence.testkit;

import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.Presence;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R06TransitionsOnce extends StoreRules {
    @Test
    @DisplayName("R6: beats of a user who is online are no transitions")
    default void r06OnlineIsAnnouncedOnce() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.beat("ada");
        it.beat("ada", "phone");
        it.recordOnOther(Write.beat("ada", "laptop", 0));
        assertThat(it.events()).containsExactly("ada online");
    }

    @Test
    @DisplayName("R6: a lapse is claimed once, whoever sweeps and however often")
    default void r06LapseIsClaimedOnce() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.pass(TIMEOUT + 1);
        assertThat(it.sweep() + it.sweepOnOther().claimed() + it.sweep()).isEqualTo(1);
        assertThat(it.events()).containsExactly("ada online", "ada offline");
    }

    @Test
    @DisplayName("R6: after a disconnect there is nothing left to claim")
    default void r06DisconnectedIsNotClaimed() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.end("ada");
        it.end("ada");
        it.pass(TIMEOUT + 1);
        assertThat(it.sweep()).isZero();
        assertThat(it.events()).containsExactly("ada online", "ada offline");
    }

    @Test
    @DisplayName("R6: a batch sent again, as after a lost reply, repeats nothing")
    default void r06BatchSentAgainRepeatsNothing() {
        StoreUnderTest it = given();
        it.pass(1_000);
        WriteBatch batch = new WriteBatch(
                "first",
                it.now(),
                List.of(Write.beat("ada", "", 0), Write.end("bob", "", 500), Write.beat("bob", "", 100)));
        it.store.record(batch);
        it.pass(200);
        it.store.record(batch);
        assertThat(it.events()).containsExactly("ada online", "bob online");
    }

    @Test
    @DisplayName("R6: an entry tells user, direction, time and node, and its sequence is contiguous")
    default void r06EntriesTellWhatHappened() {
        StoreUnderTest it = given();
        long start = it.now();
        it.beat("ada");
        it.pass(TIMEOUT + 1);
        it.sweepOnOther();
        List<FeedEntry> entries = it.entries();
        assertThat(entries).hasSize(2);
        FeedEntry online = entries.get(0);
        FeedEntry offline = entries.get(1);
        assertThat(online.presence()).isEqualTo(Presence.ONLINE);
        assertThat(offline.presence()).isEqualTo(Presence.OFFLINE);
        assertThat(online.atMillis() - start).isZero();
        assertThat(offline.atMillis() - start).isEqualTo(TIMEOUT + 1);
        assertThat(online.node()).isEqualTo("first");
        assertThat(offline.node()).isEqualTo("other");
        assertThat(offline.sequence().epoch()).isEqualTo(online.sequence().epoch());
        assertThat(offline.sequence().group()).isEqualTo(online.sequence().group());
        assertThat(offline.sequence().number()).isEqualTo(online.sequence().number() + 1);
    }

    @Test
    @DisplayName("R6: the feed is read in pages, by every node for itself, and from its end on")
    default void r06FeedIsReadInPages() {
        StoreUnderTest it = given();
        FeedPosition start = it.other.feed(FeedPosition.END, 10).next();
        for (int i = 0; i < 10; i++) {
            it.beat("user" + i);
        }
        List<String> users = new ArrayList<>();
        FeedPosition position = start;
        for (FeedPage page = it.other.feed(position, 3); !page.entries().isEmpty(); page = it.other.feed(position, 3)) {
            assertThat(page.continuity()).isEqualTo(FeedPage.Continuity.COMPLETE);
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(3);
            page.entries().forEach(entry -> users.add(entry.user()));
            assertThat(page.entries().size() == 3 || users.size() == 10)
                    .as("a page with fewer entries than asked for ends the feed, after %s", users)
                    .isTrue();
            position = page.next();
        }
        assertThat(users).hasSize(10).doesNotHaveDuplicates();
        assertThat(it.events()).hasSize(10);
        FeedPage end = it.store.feed(FeedPosition.END, 10);
        assertThat(end.entries()).isEmpty();
        assertThat(it.store.feed(end.next(), 10).entries()).isEmpty();
    }
}
