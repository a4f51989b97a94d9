package dev.presence.jdbc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the table has on one user. Immutable. */
final class StoredUser {
    /** Of whom nothing is known. */
    static final StoredUser NOBODY = new StoredUser(0, false, null);

    private final long beat;
    private final boolean online;
    private final byte @Nullable [] more;

    StoredUser(long beat, boolean online, byte @Nullable [] more) {
        this.beat = Math.max(0, beat); // see BeatsInRows
        this.online = online;
        this.more = more;
    }

    /** The newest beat of the live sessions while online, last seen after; zero if not known. */
    long beat() {
        return beat;
    }

    /** As the feed last told. */
    boolean online() {
        return online;
    }

    /** Sessions and tombstones, packed; null for one who has at most the default session. */
    byte @Nullable [] more() {
        return more;
    }

    boolean isNobody() {
        return !online && beat == 0 && more == null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredUser that
                && beat == that.beat
                && online == that.online
                && Arrays.equals(more, that.more);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(beat) + Arrays.hashCode(more);
    }

    @Override
    public String toString() {
        return (online ? "online, " : "offline, ") + beat;
    }
}
