package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.Presence;
import dev.presence.Sequence;
import dev.presence.Write;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the contract does not ask of every feed: how it is packed and trimmed. */
abstract class FeedDetails extends StoreDetails {
    private static final String LONG_ID = "\ud83d\ude00".repeat(64); // of 256 bytes

    @Test
    void feedIsReadInPortionsOfAnySize() {
        FeedPosition position = store.feed(FeedPosition.END, 1).next();
        List<Write> writes = new ArrayList<>(beats(0, 2 * PackedTransitions.MOST + 7));
        writes.add(Write.beat(LONG_ID, "phone", 0));
        record(store, writes);
        record(store, Write.end(LONG_ID, "phone", 0), Write.beat("late", "", 0));
        List<FeedEntry> all = store.feed(position, 10_000).entries();
        assertThat(all).hasSize(writes.size() + 2);
        long first = all.get(0).sequence().number();
        assertThat(all)
                .extracting(entry -> entry.sequence().number())
                .containsExactlyElementsOf(
                        LongStream.range(first, first + all.size()).boxed().toList());
        assertThat(all).extracting(FeedEntry::user).contains(LONG_ID, "late");
        assertThat(all.stream().filter(entry -> entry.user().equals(LONG_ID)).map(FeedEntry::presence))
                .containsExactly(Presence.ONLINE, Presence.OFFLINE);
        List<FeedEntry> portions = new ArrayList<>();
        for (FeedPage page = store.feed(position, 7); !page.entries().isEmpty(); page = store.feed(page.next(), 499)) {
            assertThat(page.continuity()).isEqualTo(FeedPage.Continuity.COMPLETE);
            portions.addAll(page.entries());
        }
        assertThat(portions).isEqualTo(all);
    }

    @Test
    void transitionsOfOneWriteShareRows() throws SQLException {
        record(store, beats(0, PackedTransitions.MOST + 1));
        assertThat(number("SELECT COUNT(*) FROM " + prefix + "feed")).isEqualTo(2);
    }

    @Test
    void forgottenUserLeavesTheFeedWithinHours() throws SQLException {
        record(store, Write.beat("ada", "", 0));
        FeedPosition start = store.feed(FeedPosition.END, 1).next();
        record(store, Write.forget("ada"));
        assertThat(store.feed(start, 10).entries()).extracting(FeedEntry::user).containsExactly("ada");
        clock.advance(Duration.ofHours(2));
        sweep();
        assertThat(number("SELECT COUNT(*) FROM " + prefix + "feed")).isZero();
        assertThat(store.feed(start, 10).continuity()).isEqualTo(FeedPage.Continuity.TRIMMED);
    }

    @Test
    void burstLeavesTheFeedWithOneSweep() throws SQLException {
        record(store, Write.beat("ada", "", 0));
        FeedPosition start = store.feed(FeedPosition.END, 1).next();
        int users = Trimming.MOST_ENTRIES + 60_000;
        for (int i = 0; i < users; i += 4_000) {
            record(store, beats(i, i + 4_000));
        }
        sweep();
        long last = number("SELECT last_seq FROM " + prefix + "group");
        long trimmed = number("SELECT trimmed_seq FROM " + prefix + "group");
        assertThat(last - trimmed).isEqualTo(Trimming.MOST_ENTRIES);
        assertThat(store.feed(start, 10).continuity()).isEqualTo(FeedPage.Continuity.TRIMMED);
        Sequence oldest = new Sequence(start.last().get(0).epoch(), 0, trimmed);
        FeedPage kept = store.feed(new FeedPosition(List.of(oldest)), users);
        assertThat(kept.continuity()).isEqualTo(FeedPage.Continuity.COMPLETE);
        assertThat(kept.entries()).hasSize(Trimming.MOST_ENTRIES);
        assertThat(number("SELECT COUNT(*) FROM " + prefix + "feed"))
                .isLessThanOrEqualTo(Trimming.MOST_ENTRIES / PackedTransitions.MOST + 1);
    }
}
