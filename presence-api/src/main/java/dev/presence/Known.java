package dev.presence;

/** What is known of one user. Compared by identity: whoever finds the same one again knows that nothing happened between. */
final class Known {
    /** How much is known. */
    enum State {
        /** Nothing: the store is being asked. */
        ASKED,
        /** Online. */
        ONLINE,
        /** Online as far as the feed says, but a write of this node may have ended that. */
        ONLINE_PERHAPS,
        /** Offline; when last seen, the store has to be asked. */
        GONE,
        /** Offline, last seen or never. */
        OFFLINE
    }

    /** Of somebody nobody has asked about. */
    static final Known ONLINE = new Known(State.ONLINE, Known.NEVER, 0);

    static final long NEVER = Long.MIN_VALUE;

    private final State state;
    private final long lastSeenMillis;
    private final long nanos; // when this was learnt
    private volatile boolean wanted;

    private Known(State state, long lastSeenMillis, long nanos) {
        this.state = state;
        this.lastSeenMillis = lastSeenMillis;
        this.nanos = nanos;
    }

    static Known asked(long nanos) {
        return new Known(State.ASKED, NEVER, nanos);
    }

    static Known online(long nanos) {
        return new Known(State.ONLINE, NEVER, nanos);
    }

    static Known gone(long nanos) {
        return new Known(State.GONE, NEVER, nanos);
    }

    static Known offline(long lastSeenMillis, long nanos) {
        return new Known(State.OFFLINE, lastSeenMillis, nanos);
    }

    Known doubted(long now) {
        return switch (state) {
            case ASKED -> asked(now);
            case ONLINE, ONLINE_PERHAPS -> new Known(State.ONLINE_PERHAPS, NEVER, now);
            case GONE, OFFLINE -> gone(now);
        };
    }

    State state() {
        return state;
    }

    boolean isOnline() {
        return state == State.ONLINE || state == State.ONLINE_PERHAPS;
    }

    boolean isShared() {
        return this == ONLINE;
    }

    /** Whether this answers a question at the given time without the store. */
    boolean answers(long now) {
        return state == State.ONLINE || (state == State.OFFLINE && now - nanos <= KnownUsers.KEEP_NANOS);
    }

    long lastSeenMillis() {
        return lastSeenMillis;
    }

    /** Somebody asked. */
    void want() {
        if (!wanted) { // a write that is not needed would cost other readers their cache line
            wanted = true;
        }
    }

    /** Whether somebody asked since this was called last. */
    boolean wasWanted() {
        boolean was = wanted;
        wanted = false;
        return was;
    }
}
