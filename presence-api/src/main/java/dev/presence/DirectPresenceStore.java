package dev.presence;

/**
 * A store that takes beats and ends without I/O, so that a tracker need not buffer them. What is called first counts
 * first; the ids are checked when a user or session is new.
 */
public interface DirectPresenceStore extends PresenceStore {
    /**
     * The session is alive now. Allocates nothing once the session is known.
     *
     * @param user whose
     * @param session of which session, {@link Write#DEFAULT_SESSION} for the default one
     * @param node which tracker says so
     */
    void heartbeat(String user, String session, String node);

    /**
     * The session ends now.
     *
     * @param user whose
     * @param session which session, {@link Write#DEFAULT_SESSION} for the default one
     * @param node which tracker says so
     */
    void disconnect(String user, String session, String node);

    /**
     * Every session of the user ends now.
     *
     * @param user whose
     * @param node which tracker says so
     */
    void disconnectAll(String user, String node);

    /**
     * The user is erased now, as by {@link Write.Kind#FORGET}.
     *
     * @param user who
     * @param node which tracker says so
     */
    void forget(String user, String node);
}
