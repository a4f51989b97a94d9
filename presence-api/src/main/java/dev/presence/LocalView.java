package dev.presence;

/**
 * Whose statuses a tracker keeps in its own memory, so that reading them costs no network.
 *
 * <p>A view follows transitions: it says of each user what the last one said, at most two seconds late while the store can be
 * reached. So a user whose beats stopped is online in it until the offline is claimed, that is for grace, flush interval and
 * those two seconds longer than the store itself would say; a disconnect shows within the two seconds. Of an online user it knows
 * neither last seen nor age, since transitions carry no beats. Of an offline user it keeps last seen for ten minutes at most,
 * and asks again when it is wanted after that: so long may last seen be behind if it moved without a transition, and so long may
 * other nodes remember that of a user who was forgotten. The tracker's own beats and disconnects show at once.
 *
 * <p>Cut off from the store it answers on, from three seconds after the cut on marked stale; also if only a part of
 * the store is away, since a tracker does not know which users that part has. On a store that takes beats without
 * I/O every choice is like {@link #NONE}, since reading costs nothing there.
 */
public enum LocalView {
    /** Nobody's: every read asks the store. */
    NONE,
    /** Of the users somebody asked about lately. The first read of a user asks the store. */
    ASKED,
    /** Of everyone who is online, and last seen of those asked about lately. About 90 bytes for each online user, besides the id. */
    EVERYONE
}
