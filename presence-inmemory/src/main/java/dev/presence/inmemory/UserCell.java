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
    /** No beat: nothing is known, or the session is not live, and only a change can make it so. */
    static final long NONE = Long.MIN_VALUE;
    /** A change is under way. */
    static final long SEALED = NONE + 1;

    static final long EARLIEST =
            Long.MIN_VALUE / 4; // no time before it is kept: a word is a time doubled, and differences must hold

    private static final int SPINS_PER_PARK = 64;

    static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(UserCell.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final String user;
    /** The beat of the default session while that is live, else the last seen; doubled, plus one for live. */
    volatile long word = NONE;

    volatile Session @Nullable [] sessions; // the others, and tombstones; a new array for every change
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

    static long live(long beat) {
        return Math.max(beat, EARLIEST) * 2 + 1;
    }

    static long lapsed(long seen) {
        return seen == NONE ? NONE : Math.max(seen, EARLIEST) * 2;
    }

    static boolean isLive(long word) {
        return word > SEALED && (word & 1) == 1;
    }

    static long time(long word) {
        return word == NONE ? NONE : word >> 1;
    }

    /** Renews a live session; false if there is none, so that the beat has to go through a change. */
    boolean renew(String session, long now) {
        if (session.isEmpty()) {
            return renew(now);
        }
        Session[] others = sessions;
        if (others != null) {
            for (Session candidate : others) {
                if (candidate.id.equals(session)) {
                    return candidate.renew(now);
                }
            }
        }
        return false;
    }

    private boolean renew(long now) {
        while (true) {
            long before = word;
            if (!isLive(before)) {
                return false;
            }
            if (now <= time(before) || WORD.compareAndSet(this, before, live(now))) {
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
        long known = look(benefitFrom);
        long last = time(known);
        if (isLive(known)) {
            UserStatus online = UserStatus.of(asked, Presence.ONLINE, last, now - last);
            return last >= liveFrom ? online : online.asStale();
        }
        UserStatus offline = last == NONE || isForgotten(last, now, settings)
                ? UserStatus.of(asked, Presence.OFFLINE)
                : UserStatus.of(asked, Presence.OFFLINE, last, now - last);
        return reportedOnline ? offline.asUnclaimed() : offline;
    }

    /** For how many more milliseconds there is something to know of an offline user: last seen, or the mark of an end. */
    long keepMillis(StoreSettings settings, long now) {
        long seen = time(word);
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

    /**
     * What is known at one moment, in the form of {@link #word}: live with the newest beat, if one that was not ended or
     * claimed is at least as new as asked; else lapsed with the last seen.
     */
    long look(long from) {
        for (int spins = 1; ; spins++) {
            Session[] others = sessions;
            long own = word;
            boolean sealed = own == SEALED;
            long newest = isLive(own) ? time(own) : NONE;
            if (others != null) {
                for (Session session : others) {
                    long of = session.beat;
                    sealed |= of == SEALED;
                    newest = Math.max(newest, of);
                }
            }
            if (!sealed && sessions == others) {
                return newest != NONE && newest >= from ? live(newest) : lapsed(Math.max(newest, time(own)));
            }
            pause(spins);
        }
    }

    private static void pause(int spins) {
        if (spins % SPINS_PER_PARK == 0) {
            LockSupport.parkNanos(1_000);
        } else {
            Thread.onSpinWait();
        }
    }
}
