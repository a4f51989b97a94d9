package dev.presence.jdbc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Up to which transition of each group this node has told its callers: what it tells them next must not be older. Epochs have no
 * order of their own. So an answer of the leader brings a new one only if it was asked for after the last one was heard of; with an
 * answer that was on the way meanwhile nobody knows which is newer, and all are beyond until the leader is asked again. Thread-safe.
 */
final class Progress {
    /** In place of when the leader was asked: a follower tells of no new epoch. */
    static final long OF_A_FOLLOWER = -1;

    private final Map<Integer, Told> told = new ConcurrentHashMap<>();
    private final AtomicLong epochs = new AtomicLong();

    private record Told(long epoch, long number, long since) {
        static final long UNSETTLED = Long.MAX_VALUE; // in place of the number

        boolean isSameEpoch(long other) {
            return epoch == other && number != UNSETTLED;
        }
    }

    /** How many epochs were heard of, of all groups: to be asked before the leader is, and handed over with its answer. */
    long epochs() {
        return epochs.get();
    }

    void note(int group, long epoch, long number, long epochsBefore) {
        Told known = told.get(group);
        if (known == null || !known.isSameEpoch(epoch) || known.number < number) {
            told.compute(group, (same, before) -> next(before, epoch, number, epochsBefore));
        }
    }

    private Told next(@Nullable Told known, long epoch, long number, long epochsBefore) {
        if (known == null || (!known.isSameEpoch(epoch) && known.since <= epochsBefore)) {
            return new Told(epoch, number, epochs.incrementAndGet());
        }
        if (known.isSameEpoch(epoch)) {
            return new Told(epoch, Math.max(known.number, number), known.since);
        }
        return epochsBefore == OF_A_FOLLOWER || known.number == Told.UNSETTLED
                ? known
                : new Told(known.epoch, Told.UNSETTLED, epochs.incrementAndGet());
    }

    /** Whether who has read so far may lack a transition that callers know of; also if nothing is known of the group. */
    boolean isBeyond(int group, long epoch, long number) {
        Told known = told.get(group);
        return known == null || known.epoch != epoch || known.number > number;
    }
}
