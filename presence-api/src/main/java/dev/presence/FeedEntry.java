package dev.presence;

/**
 * One transition as the event feed keeps it.
 *
 * @param user who
 * @param presence what the user is now
 * @param atMillis when the store recorded it, in epoch milliseconds of the store clock
 * @param node which node's write or sweep caused it
 * @param sequence its place in the feed
 */
public record FeedEntry(String user, Presence presence, long atMillis, String node, Sequence sequence) {}
