package dev.presence;

import java.util.Set;

/**
 * What a store says to a batch of writes.
 *
 * @param verdict whether the batch was recorded
 * @param nowMillis the store's time
 * @param unreached users whose shard could not be reached, so that none of their writes was recorded
 */
public record StoreReply(Verdict verdict, long nowMillis, Set<String> unreached) {
    /** Whether a batch or a sweep was let through the fence. */
    public enum Verdict {
        /** All of it was carried out. */
        DONE,
        /** None of it was, since it was made too far from the store's time; correct the ages and send it again. */
        LATE
    }

    /**
     * Keeps an immutable copy of the users.
     *
     * @param verdict whether the batch was recorded
     * @param nowMillis the store's time
     * @param unreached users whose shard could not be reached, so that none of their writes was recorded
     */
    public StoreReply {
        unreached = Set.copyOf(unreached);
    }

    /**
     * The reply to a batch that was judged as a whole.
     *
     * @param verdict whether it was recorded
     * @param nowMillis the store's time
     */
    public StoreReply(Verdict verdict, long nowMillis) {
        this(verdict, nowMillis, Set.of());
    }

    /**
     * Judges a fence.
     *
     * @param nowMillis the store's time
     * @param madeAtMillis the time the batch or sweep was made at, as its sender reckons it
     * @return late if the two are out by more than {@link WriteBatch#FENCE_MILLIS}
     */
    public static Verdict fence(long nowMillis, long madeAtMillis) {
        return Math.abs(nowMillis - madeAtMillis) > WriteBatch.FENCE_MILLIS ? Verdict.LATE : Verdict.DONE;
    }
}
