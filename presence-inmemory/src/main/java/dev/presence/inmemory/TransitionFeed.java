package dev.presence.inmemory;

import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.Presence;
import dev.presence.Sequence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The recent transitions, in one group: as many as fit, and none that is older than it need be. Thread-safe. */
final class TransitionFeed {
    private static final int LONGEST = 1 << 16;

    private final long epoch;
    private @Nullable FeedEntry[] ring = new @Nullable FeedEntry[256]; // by number; the length is a power of two
    private long first = 1; // the oldest number kept
    private long next = 1;

    TransitionFeed(long epoch) {
        this.epoch = epoch;
    }

    synchronized void append(String user, Presence presence, long atMillis, String node) {
        if (next - first == ring.length) {
            if (ring.length < LONGEST) {
                grow();
            } else {
                first++;
            }
        }
        ring[index(next)] = new FeedEntry(user, presence, atMillis, node, new Sequence(epoch, 0, next));
        next++;
    }

    synchronized FeedPage read(FeedPosition after, int limit) {
        FeedPosition end = at(next - 1);
        if (after.last().isEmpty()) {
            return new FeedPage(FeedPage.Continuity.COMPLETE, List.of(), end);
        }
        if (after.last().get(0).epoch() != epoch) {
            return new FeedPage(FeedPage.Continuity.NEW_EPOCH, List.of(), end);
        }
        long from = after.last().get(0).number() + 1;
        if (from < first) {
            return new FeedPage(FeedPage.Continuity.TRIMMED, List.of(), end);
        }
        List<FeedEntry> entries = new ArrayList<>();
        for (; from < next && entries.size() < limit; from++) {
            FeedEntry entry = ring[index(from)];
            if (entry != null) {
                entries.add(entry);
            }
        }
        return new FeedPage(FeedPage.Continuity.COMPLETE, entries, at(from - 1));
    }

    synchronized void dropBefore(long atMillis) {
        while (first < next) {
            FeedEntry oldest = ring[index(first)];
            if (oldest != null && oldest.atMillis() >= atMillis) {
                return;
            }
            ring[index(first++)] = null;
        }
    }

    private void grow() {
        @Nullable FeedEntry[] larger = new @Nullable FeedEntry[ring.length * 2];
        for (long number = first; number < next; number++) {
            larger[(int) (number & larger.length - 1)] = ring[index(number)];
        }
        ring = larger;
    }

    private FeedPosition at(long number) {
        return new FeedPosition(List.of(new Sequence(epoch, 0, number)));
    }

    private int index(long number) {
        return (int) (number & ring.length - 1);
    }
}
