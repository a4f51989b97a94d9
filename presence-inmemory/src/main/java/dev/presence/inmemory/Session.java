package dev.presence.inmemory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A session of a user apart from the default one, or the mark of an ended one. Beats change {@link #beat}; for every other
 * change the user's sessions are sealed and replaced.
 */
final class Session {
    /** The mark that ended all sessions of a user, under an id no session can have. */
    static final String ALL = "\0all";
    /** The mark of a forgotten user. */
    static final String FORGOTTEN = "\0forgotten";

    static final VarHandle BEAT;

    static {
        try {
            BEAT = MethodHandles.lookup().findVarHandle(Session.class, "beat", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final String id;
    final long ended; // of a tombstone: when the session ended; else UserCell.NONE
    final long endedBy; // of a tombstone: which batch ended it
    volatile long beat; // of a live session; else UserCell.NONE

    private Session(String id, long beat, long ended, long endedBy) {
        this.id = id;
        this.beat = beat;
        this.ended = ended;
        this.endedBy = endedBy;
    }

    static Session live(String id, long beat) {
        return new Session(id, beat, UserCell.NONE, 0);
    }

    static Session tombstone(String id, long ended, long endedBy) {
        return new Session(id, UserCell.NONE, ended, endedBy);
    }

    /** Renews the session while it is live. */
    boolean renew(long now) {
        while (true) {
            long before = beat;
            if (before <= UserCell.SEALED) {
                return false;
            }
            if (now <= before || BEAT.compareAndSet(this, before, now)) {
                return true;
            }
        }
    }

    boolean isTombstone() {
        return ended != UserCell.NONE;
    }
}
