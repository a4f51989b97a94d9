package dev.presence;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The coalescing buffer between hosts that never wait and a store that does I/O: one table fills while the other is on its
 * way to the store. Thread-safe; every method is short.
 */
final class PendingWrites {
    /** More than any honest user has within one flush; beyond it the user's oldest beats go, as the store's session cap would have it. */
    private static final int MOST_PER_USER = 64;

    /** No beat is so new. */
    static final long ENDS = Long.MAX_VALUE;

    private final int maximum;
    private PendingTable filling = new PendingTable(); // guarded by this, as is the next
    private PendingTable flying = new PendingTable(); // empty unless a flush is under way; changed by its thread only

    PendingWrites(int maximum) {
        this.maximum = maximum;
    }

    /** Takes a write, if there is room. */
    synchronized boolean offer(Write.Kind kind, String user, String session, long nanos) {
        PendingUser known = filling.find(user);
        if (known == null || !known.has(kind, session)) {
            boolean userIsFull = known != null && known.size() >= MOST_PER_USER && !filling.dropOldestBeat(known);
            if (userIsFull || size() >= maximum) {
                return false;
            }
        }
        filling.add(kind, user, session, nanos);
        return true;
    }

    synchronized int size() {
        return filling.writes() + flying.writes();
    }

    synchronized int foldBeatsUpTo(long lapsedNanos) {
        return filling.foldBeatsUpTo(lapsedNanos);
    }

    /** Sends what has been filled on its way. One flush at a time. */
    synchronized List<PendingUser> take() {
        PendingTable empty = flying;
        flying = filling;
        filling = empty;
        return flying.users();
    }

    /** The store has these. */
    synchronized void recorded(List<PendingUser> users) {
        users.forEach(flying::recorded);
    }

    /**
     * Since when the oldest write waits for a store that works, in elapsed time, or {@link Long#MAX_VALUE}: what the store did
     * not take counts anew, since claims need not wait for the users of a shard that is away.
     */
    synchronized long waitingSinceNanos() {
        return Math.min(filling.sinceNanos(), flying.sinceNanos());
    }

    /** Ends the flush; what was not recorded waits again, ahead of what came later. */
    synchronized void landed(long nanos) {
        if (flying.writes() > 0) {
            PendingTable later = filling;
            PendingTable waiting = flying;
            if (flying.hasEmptied()) {
                waiting = new PendingTable();
                waiting.addAll(flying);
            }
            waiting.addAll(later);
            waiting.waitsSince(Math.min(nanos, later.sinceNanos()));
            filling = waiting;
            flying = later;
        }
        flying.clear();
    }

    synchronized void age(long byMillis) {
        Consumer<PendingUser> older = user -> user.age(byMillis * 1_000_000L);
        filling.forEach(older);
        flying.forEach(older);
    }

    synchronized boolean hasEnd(String user) {
        return hasEnd(filling.find(user)) || hasEnd(flying.find(user));
    }

    /** When the newest waiting beat of the user came that no end follows, in elapsed time, or {@link Long#MIN_VALUE}. */
    synchronized long newestLiveBeat(String user) {
        long later = newestLiveBeat(filling.find(user));
        return hasEnd(filling.find(user)) ? later : Math.max(later, newestLiveBeat(flying.find(user)));
    }

    /** Of each user what {@link #newestLiveBeat} says, or {@link #ENDS} if an end waits. */
    synchronized long[] look(List<String> users) {
        long[] own = new long[users.size()];
        for (int i = 0; i < own.length; i++) {
            PendingUser later = filling.find(users.get(i));
            PendingUser earlier = flying.find(users.get(i));
            own[i] = later == null && earlier == null
                    ? Long.MIN_VALUE
                    : hasEnd(later) || hasEnd(earlier)
                            ? ENDS
                            : Math.max(newestLiveBeat(later), newestLiveBeat(earlier));
        }
        return own;
    }

    private static boolean hasEnd(@Nullable PendingUser user) {
        return user != null && user.hasEnd();
    }

    private static long newestLiveBeat(@Nullable PendingUser user) {
        return user == null ? Long.MIN_VALUE : user.newestLiveBeat();
    }
}
