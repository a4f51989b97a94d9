package dev.presence.inmemory;

import dev.presence.Presence;
import dev.presence.StoreSettings;
import dev.presence.UserStatus;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One user. A beat of a live session is one compare-and-set, and a read takes no lock. Everything else (a session begins,
 * ends or lapses) happens in {@link SessionChange}, one at a time per user, which seals the beats, so that none is lost
 * between look and change, and publishes the new state whole.
 */
final class UserCell extends Parked {
    /** No beat: the session is not live, and only a change can make it so. */
    static final long NONE = Long.MIN_VALUE;
    /** A change is under way. */
    static final long SEALED = NONE + 1;

    static final VarHandle BEAT;

    static {
        try {
            BEAT = MethodHandles.lookup().findVarHandle(UserCell.class, "beat", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final String user;
    volatile long beat = NONE; // the newest of the default session while that is live
    volatile long seen = NONE; // the newest of sessions that are not live any more
    volatile Session @Nullable [] sessions; // the named ones, and tombstones; a new array for every change
    volatile boolean reportedOnline; // what the feed said last
    volatile boolean gone; // out of the map, for good: if the user comes back it is with another cell
    int place; // guarded by the roll

    UserCell(String user) {
        this.user = user;
    }

    @Override
    UserCell cell() {
        return this;
    }

    boolean isReportedOnline() {
        return reportedOnline;
    }

    /** Renews a live session; false if there is none, so that the beat has to go through a change. */
    boolean renew(String session, long now) {
        if (session.isEmpty()) {
            return renew(BEAT, this, now);
        }
        Session[] named = sessions;
        if (named != null) {
            for (Session candidate : named) {
                if (candidate.id.equals(session)) {
                    return renew(Session.BEAT, candidate, now);
                }
            }
        }
        return false;
    }

    private static boolean renew(VarHandle beat, Object owner, long now) {
        while (true) {
            long before = (long) beat.getVolatile(owner);
            if (before <= SEALED) {
                return false;
            }
            if (now <= before || beat.compareAndSet(owner, before, now)) {
                return true;
            }
        }
    }

    /**
     * What the user is.
     *
     * @param liveFrom the stamp from which on a beat counts
     * @param benefitFrom the stamp from which on it counts with the benefit of the doubt
     */
    UserStatus status(String asked, long now, StoreSettings settings, long liveFrom, long benefitFrom) {
        long newest = newestBeat();
        if (newest >= liveFrom) {
            return UserStatus.of(asked, Presence.ONLINE, newest, now - newest);
        }
        if (newest >= benefitFrom) {
            return UserStatus.of(asked, Presence.ONLINE, newest, now - newest).asStale();
        }
        long last = Math.max(newest, seen);
        return last == NONE || isForgotten(last, now, settings)
                ? UserStatus.of(asked, Presence.OFFLINE)
                : UserStatus.of(asked, Presence.OFFLINE, last, now - last);
    }

    /** For how many more milliseconds there is something to know of an offline user: last seen, or the mark of an end. */
    long keepMillis(StoreSettings settings, long now) {
        long keep = seen == NONE || isForgotten(seen, now, settings)
                ? 0
                : seen + settings.retention().toMillis() + 1 - now;
        Session[] marks = sessions;
        if (marks != null) {
            for (Session mark : marks) {
                keep = Math.max(keep, mark.ended + settings.timeout().toMillis() + 1 - now);
            }
        }
        return keep;
    }

    private static boolean isForgotten(long lastSeen, long now, StoreSettings settings) {
        return settings.retention().isZero()
                || now - lastSeen > settings.retention().toMillis();
    }

    /** The newest beat of sessions that have not been ended or claimed, at one moment; NONE if there are none. */
    long newestBeat() {
        for (int spins = 1; ; spins++) {
            Session[] named = sessions;
            long newest = beat;
            boolean sealed = newest == SEALED;
            if (named != null) {
                for (Session session : named) {
                    long of = session.beat;
                    sealed |= of == SEALED;
                    newest = Math.max(newest, of);
                }
            }
            if (!sealed && sessions == named) {
                return newest;
            }
            if (spins % 64 == 0) {
                LockSupport.parkNanos(1_000);
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
