package dev.presence;

import java.time.Instant;
import java.util.List;

/**
 * The answer to one batch read.
 *
 * @param nowMillis the store's time when the batch was answered, in epoch milliseconds
 * @param statuses one status for each asked position, in asked order
 */
public record StatusBatch(long nowMillis, List<UserStatus> statuses) {
    /**
     * The store's time as an instant.
     *
     * @return when the batch was answered, on the store clock
     */
    public Instant now() {
        return Instant.ofEpochMilli(nowMillis);
    }
}
