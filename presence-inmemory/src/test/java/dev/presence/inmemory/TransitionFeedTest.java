package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPage.Continuity;
import dev.presence.FeedPosition;
import dev.presence.Presence;
import dev.presence.Sequence;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TransitionFeedTest {
    private static final long EPOCH = 77;
    private static final int LONGEST = 65_536;

    private final TransitionFeed feed = new TransitionFeed(EPOCH);

    private static FeedPosition after(long number) {
        return new FeedPosition(List.of(new Sequence(EPOCH, 0, number)));
    }

    /** The entry of every number tells its number in all it has. */
    private void append(long from, long to) {
        for (long number = from; number <= to; number++) {
            feed.append("user-" + number, presence(number), number * 10, "node-" + number);
        }
    }

    private static Presence presence(long number) {
        return number % 3 == 0 ? Presence.OFFLINE : Presence.ONLINE;
    }

    private static List<FeedEntry> entries(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(number -> new FeedEntry(
                        "user-" + number,
                        presence(number),
                        number * 10,
                        "node-" + number,
                        new Sequence(EPOCH, 0, number)))
                .toList();
    }

    private void assertKept(long first, long last) {
        if (first > 1) {
            assertThat(feed.read(after(first - 2), Integer.MAX_VALUE))
                    .isEqualTo(new FeedPage(Continuity.TRIMMED, List.of(), after(last)));
        }
        FeedPage page = feed.read(after(first - 1), Integer.MAX_VALUE);
        assertThat(page.continuity()).isEqualTo(Continuity.COMPLETE);
        assertThat(page.next()).isEqualTo(after(last));
        assertThat(page.entries().equals(entries(first, last))).isTrue();
    }

    @Test
    void anEmptyFeedBeginsBeforeItsFirstNumber() {
        FeedPage empty = new FeedPage(Continuity.COMPLETE, List.of(), after(0));
        assertThat(feed.read(FeedPosition.END, 10)).isEqualTo(empty);
        assertThat(feed.read(after(0), 10)).isEqualTo(empty);
    }

    @Test
    void whoeverAsksForTheEndGetsThePositionOfTheLastEntry() {
        append(1, 3);
        assertThat(feed.read(FeedPosition.END, 10)).isEqualTo(new FeedPage(Continuity.COMPLETE, List.of(), after(3)));
        assertThat(feed.read(after(3), 10)).isEqualTo(new FeedPage(Continuity.COMPLETE, List.of(), after(3)));
    }

    @Test
    void entriesAreReadInOrderUpToTheLimit() {
        append(1, 5);
        assertThat(feed.read(after(0), 2)).isEqualTo(new FeedPage(Continuity.COMPLETE, entries(1, 2), after(2)));
        assertThat(feed.read(after(2), 2)).isEqualTo(new FeedPage(Continuity.COMPLETE, entries(3, 4), after(4)));
        assertThat(feed.read(after(4), 2)).isEqualTo(new FeedPage(Continuity.COMPLETE, entries(5, 5), after(5)));
        assertThat(feed.read(after(1), 4)).isEqualTo(new FeedPage(Continuity.COMPLETE, entries(2, 5), after(5)));
        assertThat(feed.read(after(1), 0)).isEqualTo(new FeedPage(Continuity.COMPLETE, List.of(), after(1)));
    }

    @Test
    void anotherEpochIsToldApartFromAGap() {
        append(1, 3);
        FeedPosition other = new FeedPosition(List.of(new Sequence(EPOCH + 1, 0, 1)));
        assertThat(feed.read(other, 10)).isEqualTo(new FeedPage(Continuity.NEW_EPOCH, List.of(), after(3)));
        feed.dropBefore(Long.MAX_VALUE);
        assertThat(feed.read(other, 10)).isEqualTo(new FeedPage(Continuity.NEW_EPOCH, List.of(), after(3)));
    }

    @Test
    void timesBeforeTheEpochAreKept() {
        feed.append("ada", Presence.ONLINE, -1, "n");
        feed.append("ada", Presence.OFFLINE, -2, "n");
        assertThat(feed.read(after(0), 10).entries())
                .extracting(entry -> Map.entry(entry.presence(), entry.atMillis()))
                .containsExactly(entry(Presence.ONLINE, -1L), entry(Presence.OFFLINE, -2L));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 257, 512, 513, 5_000, LONGEST - 1, LONGEST})
    void everythingIsKeptUntilTheFeedIsAtItsLongest(int entries) {
        append(1, entries);
        assertKept(1, entries);
    }

    @Test
    void beyondItsLongestTheOldestEntryGoesForEachNewOne() {
        append(1, LONGEST + 1);
        assertKept(2, LONGEST + 1);
        append(LONGEST + 2, LONGEST + 500);
        assertKept(501, LONGEST + 500);
    }

    @Test
    void entriesOlderThanATimeAreDroppedAndNoneThatIsAsOld() {
        append(1, 10);
        feed.dropBefore(10);
        assertKept(1, 10);
        feed.dropBefore(40);
        assertKept(4, 10);
        feed.dropBefore(41);
        assertKept(5, 10);
        feed.dropBefore(5);
        assertKept(5, 10);
        feed.dropBefore(101);
        assertKept(11, 10);
        append(11, 12);
        assertKept(11, 12);
    }

    @Test
    void onlyWhatIsAtTheOldEndIsDropped() {
        feed.append("ada", Presence.ONLINE, 50, "n");
        feed.append("bob", Presence.ONLINE, 40, "n"); // two threads, of which the one was overtaken
        feed.append("cleo", Presence.ONLINE, 60, "n");
        feed.dropBefore(50);
        assertThat(feed.read(after(0), 10).entries())
                .extracting(FeedEntry::user)
                .containsExactly("ada", "bob", "cleo");
        feed.dropBefore(51);
        assertThat(feed.read(after(2), 10).entries())
                .extracting(FeedEntry::user)
                .containsExactly("cleo");
        assertThat(feed.read(after(1), 10).continuity()).isEqualTo(Continuity.TRIMMED);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 63, 64, 65, 255, 256, 257, 511, 512, 513, 1_000})
    void aFeedThatShrinksKeepsItsEntriesAndGrowsAgain(long left) {
        append(1, 3_000);
        feed.dropBefore((3_001 - left) * 10);
        assertKept(3_001 - left, 3_000);
        append(3_001, 6_000);
        assertKept(3_001 - left, 6_000);
    }

    @Test
    void aFeedThatRanEmptyGoesOnWithItsNumbers() {
        append(1, LONGEST + 10);
        feed.dropBefore(Long.MAX_VALUE);
        assertKept(LONGEST + 11, LONGEST + 10);
        append(LONGEST + 11, LONGEST + 400);
        assertKept(LONGEST + 11, LONGEST + 400);
    }
}
