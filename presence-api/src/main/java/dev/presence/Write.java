package dev.presence;

/**
 * One thing a store is to record. Compared with the moment the batch was made, it happened {@code ageMillis} ago.
 *
 * @param kind what happened
 * @param user to whom
 * @param session in which session; {@link #DEFAULT_SESSION} for the default session and for what concerns them all
 * @param ageMillis how long ago, in milliseconds of elapsed time; not negative
 */
public record Write(Kind kind, String user, String session, long ageMillis) {
    /** The session of a user whose host names none. No well-formed session id equals it. */
    public static final String DEFAULT_SESSION = "";

    /** The kinds of write. */
    public enum Kind {
        /** The session is alive. */
        BEAT,
        /** The session ended, as far as its beats are not newer. */
        END,
        /** Every session of the user ended, as far as their beats are not newer. */
        END_ALL,
        /** The user is erased with all that is known; an online user goes offline by it. */
        FORGET
    }

    /**
     * Checks ids and age.
     *
     * @param kind what happened
     * @param user to whom
     * @param session in which session
     * @param ageMillis how long ago, in milliseconds of elapsed time
     * @throws IllegalArgumentException if an id is malformed (see {@link Ids}) or the age negative
     */
    public Write {
        Ids.requireUser(user);
        if (!session.isEmpty()) {
            Ids.requireSession(session);
        }
        if (ageMillis < 0) {
            throw new IllegalArgumentException("age must not be negative: " + ageMillis);
        }
    }

    /**
     * A heartbeat.
     *
     * @param user whose
     * @param session of which session
     * @param ageMillis how long ago
     * @return the write
     */
    public static Write beat(String user, String session, long ageMillis) {
        return new Write(Kind.BEAT, user, session, ageMillis);
    }

    /**
     * The end of a session.
     *
     * @param user whose
     * @param session which session
     * @param ageMillis how long ago
     * @return the write
     */
    public static Write end(String user, String session, long ageMillis) {
        return new Write(Kind.END, user, session, ageMillis);
    }

    /**
     * The end of all sessions of a user.
     *
     * @param user whose
     * @param ageMillis how long ago
     * @return the write
     */
    public static Write endAll(String user, long ageMillis) {
        return new Write(Kind.END_ALL, user, DEFAULT_SESSION, ageMillis);
    }

    /**
     * The erasure of a user.
     *
     * @param user who
     * @return the write
     */
    public static Write forget(String user) {
        return new Write(Kind.FORGET, user, DEFAULT_SESSION, 0);
    }
}
