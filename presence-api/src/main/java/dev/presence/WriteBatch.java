package dev.presence;

import java.util.List;

/**
 * Writes in the order in which they were called, with their fence.
 *
 * @param node which tracker sends them; kept with the transitions they cause
 * @param madeAtMillis the store time at which the batch was made, as its sender reckons it; ages count back from here
 * @param writes what to record, in order
 */
public record WriteBatch(String node, long madeAtMillis, List<Write> writes) {
    /** How far, in milliseconds, {@link #madeAtMillis} may be from the store's time before the store refuses. */
    public static final long FENCE_MILLIS = 1_000;

    /**
     * Keeps an immutable copy of the writes.
     *
     * @param node which tracker sends them
     * @param madeAtMillis the store time at which the batch was made, as its sender reckons it
     * @param writes what to record, in order
     */
    public WriteBatch {
        writes = List.copyOf(writes);
    }
}
