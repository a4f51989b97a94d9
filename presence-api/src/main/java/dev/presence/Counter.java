package dev.presence;

/** What a tracker counts, from its start on. */
public enum Counter {
    /** Heartbeats accepted. */
    BEATS,
    /** Disconnects accepted, those of all sessions too. */
    DISCONNECTS,
    /** Heartbeats and disconnects refused because {@code maximumPending} writes were waiting for the store. */
    WRITES_REFUSED,
    /** Buffered heartbeats folded into one last seen per user for want of room. */
    WRITES_FOLDED,
    /** Writes the store acknowledged; coalesced beats count once. */
    WRITES_RECORDED,
    /** Batches the store refused as late, which were corrected and sent again. */
    BATCHES_LATE,
    /** Attempts to record that failed. */
    FLUSH_FAILURES,
    /** Accepted writes that could not be recorded before the tracker had to close. */
    WRITES_LOST_AT_CLOSE,
    /** Sweeps carried out. */
    SWEEPS,
    /** Sweeps that failed or were refused as late. */
    SWEEP_FAILURES,
    /** Users this tracker turned offline. */
    CLAIMS,
    /** Statuses that a tracker with a local view had to ask the store for. */
    VIEW_MISSES,
    /** Batch reads that failed. */
    READ_FAILURES,
    /** Statuses answered that were marked stale. */
    STALE_ANSWERS,
    /** Transitions to online, read from the feed. */
    ONLINE_TRANSITIONS,
    /** Transitions to offline, read from the feed. */
    OFFLINE_TRANSITIONS,
    /** Transitions dropped because listeners had been told that state already. */
    REPEATED_TRANSITIONS,
    /** Transitions that a listener which fell behind was not told one by one. */
    FOLDED_TRANSITIONS,
    /** Exceptions thrown by listeners. */
    LISTENER_FAILURES,
    /** Times the feed was trimmed before this tracker had read on. */
    FEED_GAPS,
    /** Times the store was seen to have lost its memory. */
    FEED_EPOCHS
}
