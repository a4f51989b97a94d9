package dev.presence;

import java.util.Map;
import java.util.Optional;

/**
 * The figures of a tracker at one moment.
 *
 * @param counts every {@link Counter}
 * @param pendingWrites accepted writes the store has not acknowledged
 * @param clockSkewMillis the store's time less this host's wall time, as last seen: positive if the store is ahead
 * @param store the store's own figures; empty if it could not be reached
 */
public record TrackerStats(
        Map<Counter, Long> counts, int pendingWrites, long clockSkewMillis, Optional<StoreStats> store) {
    /**
     * Keeps an immutable copy of the counts.
     *
     * @param counts every {@link Counter}
     * @param pendingWrites accepted writes the store has not acknowledged
     * @param clockSkewMillis the store's time less this host's wall time, as last seen
     * @param store the store's own figures
     */
    public TrackerStats {
        counts = Map.copyOf(counts);
    }

    /**
     * One count.
     *
     * @param counter which
     * @return its value
     */
    public long count(Counter counter) {
        return counts.getOrDefault(counter, 0L);
    }
}
