package dev.presence;

import java.util.List;
import java.util.function.Consumer;

/**
 * Where one tracker stands in the event feed, and whether the store lost its memory. One thread at a time; only
 * {@link #isStale} and {@link #isBehind} may be asked by any.
 */
final class FeedCursor {
    static final int PAGE = 5_000;
    static final long BEHIND_NANOS = 3_000_000_000L;

    private final PresenceStore store;
    private final Counters counters;
    private final long settleNanos;
    private final int page;
    private FeedPosition position = FeedPosition.END;
    private boolean atEnd;
    private volatile long staleUntilNanos;
    private volatile boolean stale;
    private volatile long readNanos; // when the last reading began that came to the end of the feed

    FeedCursor(PresenceStore store, Counters counters, long settleMillis) {
        this(store, counters, settleMillis, PAGE);
    }

    /** Reads pages of that many entries. */
    FeedCursor(PresenceStore store, Counters counters, long settleMillis, int page) {
        this.page = page;
        this.store = store;
        this.counters = counters;
        settleNanos = settleMillis * 1_000_000L;
        readNanos = store.clock().nanos() - BEHIND_NANOS - 1;
    }

    /** The end of the feed: to be asked before whatever is to be right from there on. */
    FeedPosition end() {
        return store.feed(FeedPosition.END, 1).next();
    }

    /** All up to here is known, as of the given time. */
    void moveTo(FeedPosition newPosition, long nanos) {
        position = newPosition;
        readNanos = nanos;
    }

    /** Hands over all that is new. Returns false if the feed does not go on where this stands. */
    boolean readOn(Consumer<List<FeedEntry>> sink) {
        return readOn(sink, Long.MAX_VALUE);
    }

    /** Hands over what is new, until it was as much as said: see {@link #isAtEnd}. Returns false if the feed does not go on where this stands. */
    boolean readOn(Consumer<List<FeedEntry>> sink, long enough) {
        atEnd = false;
        for (long read = 0; read < enough && !atEnd; ) {
            long nanos = store.clock().nanos();
            FeedPage news = store.feed(position, page);
            if (!news.continuity().goesOn()) {
                if (news.continuity() == FeedPage.Continuity.NEW_EPOCH) {
                    newEpoch(news.next());
                }
                return false;
            }
            int entries = news.entries().size();
            if (entries > 0) {
                sink.accept(news.entries());
            }
            read += entries;
            atEnd = entries < page;
            // While a shard is away nobody knows which users are behind: after a while all are taken to be.
            boolean isComplete = atEnd && news.continuity() == FeedPage.Continuity.COMPLETE;
            moveTo(news.next(), isComplete ? nanos : readNanos);
        }
        return true;
    }

    /** Whether the last reading came to the end of the feed. */
    boolean isAtEnd() {
        return atEnd;
    }

    /** Looks for a new epoch and for nothing else. */
    void watchEpoch() {
        if (stale && !isStale()) {
            stale = false;
        }
        if (!position.last().isEmpty() && store.feed(position, 1).continuity() == FeedPage.Continuity.NEW_EPOCH) {
            newEpoch(FeedPosition.END);
        }
        position = end();
    }

    /** Users who beat will be back within a heartbeat interval: until then the store's word means little. */
    private void newEpoch(FeedPosition next) {
        counters.increment(Counter.FEED_EPOCHS);
        position = next;
        staleUntilNanos = store.clock().nanos() + settleNanos;
        stale = true;
    }

    /** Whether the store lost its memory so lately that users may not have beaten since. */
    boolean isStale() {
        return stale && store.clock().nanos() - staleUntilNanos < 0;
    }

    /** Whether the store lost its memory since all users were read. */
    boolean hasLost() {
        return stale;
    }

    /** All users were read again. */
    void recovered() {
        stale = false;
    }

    /** Whether the feed was not read for so long that what is known may be out of date. */
    boolean isBehind(long nanos) {
        return nanos - readNanos > BEHIND_NANOS;
    }

    /** How long ago the last reading began that came to the end. */
    long sinceNanos() {
        return store.clock().nanos() - readNanos;
    }
}
