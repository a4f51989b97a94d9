package dev.presence;

/**
 * The online count, and what a store counts by itself.
 *
 * @param onlineUsers users that came online and whose offline is not yet claimed, each once: right within the detection
 *     lag
 * @param sessionsDropped sessions that went because their user began one more than allowed, since this store was opened
 * @param usersEvicted offline users forgotten early to keep within a bound, since this store was opened
 * @param usersRefused beats refused because the store was full of online users, since this store was opened
 */
public record StoreStats(long onlineUsers, long sessionsDropped, long usersEvicted, long usersRefused) {}
