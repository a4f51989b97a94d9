package dev.presence.inmemory;

import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.Presence;
import dev.presence.Sequence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The recent transitions, in one group: as many as fit, and none that is older than it need be. An entry is made where it is
 * read; until then it is a row of three arrays. Thread-safe.
 */
final class TransitionFeed {
    private static final int SHORTEST = 256;
    private static final int LONGEST = 1 << 16;

    private final long epoch;
    // Rings by number, all of one length, a power of two.
    private @Nullable String[] users = new @Nullable String[SHORTEST];
    private @Nullable String[] nodes = new @Nullable String[SHORTEST];
    private long[] times = new long[SHORTEST]; // milliseconds, doubled, plus one for online
    private long first = 1; // the oldest number kept
    private long next = 1;

    TransitionFeed(long epoch) {
        this.epoch = epoch;
    }

    synchronized void append(String user, Presence presence, long atMillis, String node) {
        if (next - first == users.length) {
            if (users.length < LONGEST) {
                resize(users.length * 2);
            } else {
                first++;
            }
        }
        int index = index(next);
        users[index] = user;
        nodes[index] = node;
        times[index] = atMillis * 2 + (presence == Presence.ONLINE ? 1 : 0);
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
            entries.add(entry(from));
        }
        return new FeedPage(FeedPage.Continuity.COMPLETE, entries, at(from - 1));
    }

    private FeedEntry entry(long number) {
        int index = index(number);
        Presence presence = (times[index] & 1) == 1 ? Presence.ONLINE : Presence.OFFLINE;
        return new FeedEntry(
                filled(users[index]),
                presence,
                times[index] >> 1,
                filled(nodes[index]),
                new Sequence(epoch, 0, number));
    }

    private static String filled(@Nullable String value) {
        if (value == null) {
            throw new IllegalStateException("an entry of the feed is missing");
        }
        return value;
    }

    synchronized void dropBefore(long atMillis) {
        for (; first < next && times[index(first)] >> 1 < atMillis; first++) {
            users[index(first)] = null;
            nodes[index(first)] = null;
        }
        while (users.length > SHORTEST && (next - first) * 4 <= users.length) {
            resize(users.length / 2);
        }
    }

    private void resize(int length) {
        @Nullable String[] ofUsers = new @Nullable String[length];
        @Nullable String[] ofNodes = new @Nullable String[length];
        long[] ofTimes = new long[length];
        for (long number = first; number < next; number++) {
            int to = (int) (number & length - 1);
            ofUsers[to] = users[index(number)];
            ofNodes[to] = nodes[index(number)];
            ofTimes[to] = times[index(number)];
        }
        users = ofUsers;
        nodes = ofNodes;
        times = ofTimes;
    }

    private FeedPosition at(long number) {
        return new FeedPosition(List.of(new Sequence(epoch, 0, number)));
    }

    private int index(long number) {
        return (int) (number & users.length - 1);
    }
}
