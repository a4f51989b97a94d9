package dev.presence;

import java.util.List;

/**
 * How far a reader has come in an event feed.
 *
 * @param last the place of the last transition read in each group, by group number; each group has an epoch of its own, since
 *     one shard may lose its memory while the others keep theirs
 */
public record FeedPosition(List<Sequence> last) {
    /** Wherever the feed ends when it is asked: the first position of every reader. */
    public static final FeedPosition END = new FeedPosition(List.of());

    /**
     * Keeps an immutable copy.
     *
     * @param last the place of the last transition read in each group, by group number
     */
    public FeedPosition {
        last = List.copyOf(last);
    }
}
