package dev.presence;

/**
 * A look for lapsed sessions.
 *
 * @param node which tracker asks; kept with the transitions that it claims
 * @param madeAtMillis the fence, as in {@link WriteBatch}
 * @param periodMillis how often this tracker sweeps at least, longer while its sweeps take longer; the store starts a quiet period when nobody swept for three
 *     periods, by the longest it is asked with
 * @param flushMillis how long an accepted beat may wait in this tracker's buffer now; a claim waits that much longer than timeout and grace,
 *     by the longest the store was asked with within a timeout
 * @param limit how many users to claim at most
 */
public record SweepRequest(String node, long madeAtMillis, long periodMillis, long flushMillis, int limit) {}
