package dev.presence;

/**
 * The place of a transition in its store's event feed.
 *
 * @param epoch changes when the store lost its memory; numbers compare within one epoch only
 * @param group the group of users that is numbered together
 * @param number contiguous within its group and epoch, so that a jump shows a loss
 */
public record Sequence(long epoch, int group, long number) {}
