package dev.presence;

/**
 * What came of a sweep.
 *
 * @param verdict whether the sweep was let through the fence
 * @param nowMillis the store's time
 * @param claimed how many users were turned offline
 * @param nextDueMillis the store time at which to come again: no claim of what was recorded so far is due before it. Not
 *     after {@code nowMillis} if the limit was reached, {@link Long#MAX_VALUE} if nobody is online
 */
public record SweepReply(StoreReply.Verdict verdict, long nowMillis, int claimed, long nextDueMillis) {}
