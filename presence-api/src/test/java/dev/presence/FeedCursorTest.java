package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FeedCursorTest {
    private static final long BEHIND = 3_000;

    private final ScriptedStore store = new ScriptedStore();
    private final FeedCursor cursor = new FeedCursor(store, new Counters(), 10_000);
    private final FeedPosition place = new FeedPosition(List.of(new Sequence(1, 0, 1)));

    private boolean isBehindAfterReading(FeedPage.Continuity continuity) {
        store.onFeed = (after, limit) -> new FeedPage(continuity, List.of(), place);
        assertThat(cursor.readOn(entries -> {})).isTrue();
        assertThat(cursor.isAtEnd()).isTrue();
        return cursor.isBehind(store.clock.nanos());
    }

    @Test
    void whoReadsOnlyAPartOfTheStoreForLongIsBehind() {
        cursor.moveTo(place, store.clock.nanos());
        store.clock.advanceMillis(BEHIND);
        assertThat(isBehindAfterReading(FeedPage.Continuity.PARTIAL)).isFalse();
        store.clock.advanceMillis(1);
        assertThat(isBehindAfterReading(FeedPage.Continuity.PARTIAL)).isTrue();
        assertThat(isBehindAfterReading(FeedPage.Continuity.COMPLETE)).isFalse();
    }

    @Test
    void feedThatGrowsWhileItIsReadIsNoEndlessReading() {
        FeedEntry entry = new FeedEntry("ada", Presence.ONLINE, 0, "here", new Sequence(1, 0, 1));
        cursor.moveTo(place, store.clock.nanos());
        store.clock.advanceMillis(BEHIND + 1);
        store.onFeed = (after, limit) -> new FeedPage(FeedPage.Continuity.COMPLETE, List.of(entry), place);
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThat(cursor.readOn(entries -> {})).isTrue());
        assertThat(cursor.isAtEnd()).isTrue();
        assertThat(cursor.isBehind(store.clock.nanos())).isFalse();
    }
}
