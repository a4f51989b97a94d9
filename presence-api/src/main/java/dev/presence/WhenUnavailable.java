package dev.presence;

/** What a read does while the store does not answer. */
public enum WhenUnavailable {
    /** It throws {@link PresenceStoreUnavailableException}. */
    FAIL,
    /**
     * It answers what this tracker was told last, with its own beats, marked stale; offline for users it was never asked
     * about. Costs the memory of the last 100,000 users asked.
     */
    LAST_KNOWN
}
