package dev.presence;

import java.util.List;

/**
 * A piece of the list of online users.
 *
 * @param users ids, in no particular order
 * @param cursor what to pass for the next page; {@link #START} when this was the last
 */
public record OnlinePage(List<String> users, String cursor) {
    /** The cursor of the first page, and the one after the last. */
    public static final String START = "";

    /**
     * Keeps an immutable copy of the ids.
     *
     * @param users ids, in no particular order
     * @param cursor what to pass for the next page
     */
    public OnlinePage {
        users = List.copyOf(users);
    }
}
