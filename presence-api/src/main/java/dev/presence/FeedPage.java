package dev.presence;

import java.util.List;

/**
 * A piece of the event feed.
 *
 * @param continuity whether the page follows on the position that was asked
 * @param entries transitions, each group's in order of sequence
 * @param next the position to ask next
 */
public record FeedPage(Continuity continuity, List<FeedEntry> entries, FeedPosition next) {
    /** Whether a reader missed something. */
    public enum Continuity {
        /** Nothing is missing between the asked position and this page. */
        COMPLETE,
        /** The same of the shards that answered; of others the reader is told when they are back. */
        PARTIAL,
        /** The feed no longer reaches back to the asked position; the store's users are as they were. */
        TRIMMED,
        /** The store, or one shard of it, lost its memory since the asked position. */
        NEW_EPOCH;

        /**
         * Whether the page goes on where the reader stands.
         *
         * @return false if something is missing in between
         */
        public boolean goesOn() {
            return this == COMPLETE || this == PARTIAL;
        }
    }

    /**
     * Keeps an immutable copy of the entries.
     *
     * @param continuity whether the page follows on the position that was asked
     * @param entries transitions, each group's in order of sequence
     * @param next the position to ask next
     */
    public FeedPage {
        entries = List.copyOf(entries);
    }
}
