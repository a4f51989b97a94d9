package dev.presence;

/**
 * Hears of the users of one {@link Roster}, one call at a time: how they are, then how they turn. A listener that is slow or
 * throws delays nobody but itself; one that blocks keeps a thread for as long, so with many rosters it should hand over what takes long.
 */
public interface RosterListener {
    /**
     * How users are, when they were added to the roster; or all of the roster, where so much had happened that it would have been
     * too much to tell one by one, or where it became stale or is no longer (see {@link UserStatus#isStale()}). What was told of these
     * users before is over.
     *
     * @param snapshot their statuses
     */
    void onSnapshot(StatusBatch snapshot);

    /**
     * A user of the roster went online or offline since the last call.
     *
     * @param transition what happened
     */
    void onTransition(Transition transition);
}
