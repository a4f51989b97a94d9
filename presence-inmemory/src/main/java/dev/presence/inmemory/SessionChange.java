package dev.presence.inmemory;

import dev.presence.StoreSettings;
import dev.presence.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * One change of the sessions of one user, from sealing to publishing. Used by one thread at a time per user, under the
 * map's lock on that user.
 */
final class SessionChange {
    /** The batch of a direct beat, which was called after whatever is marked already. */
    static final long DIRECT = 0;

    private final UserCell cell;
    private final StoreSettings settings;
    private final long now;
    private final List<Session> sessions = new ArrayList<>(); // the default one too, under its empty id
    private long seen = UserCell.NONE; // of sessions that are not live any more
    private int dropped;
    private boolean ended;
    private boolean late;

    SessionChange(UserCell cell, StoreSettings settings, long now) {
        this.cell = cell;
        this.settings = settings;
        this.now = now;
        seal();
    }

    private void seal() {
        Session[] others = cell.sessions;
        if (others != null) {
            for (Session session : others) {
                if (session.isTombstone()) {
                    keepTombstone(session);
                } else {
                    sessions.add(Session.live(session.id, (long) Session.BEAT.getAndSet(session, UserCell.SEALED)));
                }
            }
        }
        long word = (long) UserCell.WORD.getAndSet(cell, UserCell.SEALED);
        if (UserCell.isLive(word)) {
            sessions.add(Session.live(Write.DEFAULT_SESSION, UserCell.time(word)));
        } else {
            seen = UserCell.time(word);
        }
    }

    private void keepTombstone(Session tombstone) {
        if (now - tombstone.ended <= settings.timeout().toMillis()) {
            sessions.add(tombstone);
        }
    }

    /**
     * A beat.
     *
     * @param batch which batch it came in: an end of the same stamp in the same batch came before it
     */
    void beat(String id, long stamp, long batch) {
        for (Session session : sessions) {
            if (!session.isTombstone() && session.id.equals(id)) {
                replace(session, Session.live(id, Math.max(session.beat, stamp)));
                return;
            }
        }
        if (isAfterForgotten(stamp, batch)
                && (now - stamp > settings.timeout().toMillis() || isEnded(id, stamp, batch))) {
            see(stamp);
        } else if (isAfterForgotten(stamp, batch)) {
            sessions.removeIf(session -> session.id.equals(id));
            sessions.add(Session.live(id, stamp));
            late |= stamp < now;
            dropTheOldest();
        }
    }

    private boolean isAfterForgotten(long stamp, long batch) {
        return sessions.stream().noneMatch(s -> s.id.equals(Session.FORGOTTEN) && covers(s, stamp, batch));
    }

    private boolean isEnded(String id, long stamp, long batch) {
        return sessions.stream()
                .anyMatch(s -> (s.id.equals(id) || s.id.equals(Session.ALL)) && covers(s, stamp, batch));
    }

    private static boolean covers(Session tombstone, long stamp, long batch) {
        return stamp < tombstone.ended || (stamp == tombstone.ended && batch != DIRECT && tombstone.endedBy != batch);
    }

    private void dropTheOldest() {
        Session oldest = null;
        int live = 0;
        for (Session session : sessions) {
            if (!session.isTombstone()) {
                live++;
                oldest = oldest == null || session.beat < oldest.beat ? session : oldest;
            }
        }
        if (oldest != null && live > settings.maximumSessions()) {
            sessions.remove(oldest);
            see(oldest.beat);
            dropped += now - oldest.beat <= settings.timeout().toMillis() ? 1 : 0;
        }
    }

    void end(String id, long at, long batch) {
        endIf(at, session -> session.id.equals(id));
        bury(id, at, batch);
    }

    void endAll(long at, long batch) {
        endIf(at, session -> true);
        sessions.removeIf(session -> session.isTombstone() && session.ended <= at && !isMark(session));
        bury(Session.ALL, at, batch);
    }

    /**
     * Erases every beat, what is newer too: the mark stands where it covers all that was erased. Marks of what came after it
     * stay, as beats from between the two may still wait elsewhere.
     */
    void forget(long at, long batch) {
        endIf(Long.MAX_VALUE, session -> true);
        long newest = Math.max(at, seen);
        seen = UserCell.NONE;
        sessions.removeIf(mark -> mark.ended <= newest);
        bury(Session.FORGOTTEN, newest, batch);
    }

    private void endIf(long at, Predicate<Session> which) {
        sessions.removeIf(session -> {
            boolean ends = !session.isTombstone() && session.beat <= at && which.test(session);
            if (ends) {
                see(session.beat);
                ended = true;
            }
            return ends;
        });
    }

    private void bury(String id, long at, long batch) {
        Session known = null;
        boolean live = false;
        for (Session session : sessions) {
            if (session.id.equals(id)) {
                live |= !session.isTombstone();
                known = session;
            }
        }
        if (live || (known != null && known.ended > at)) {
            return;
        }
        if (known != null) {
            sessions.remove(known);
        }
        keepTombstone(Session.tombstone(id, at, batch));
        foldTombstones();
    }

    /** A flood of session ids must not fatten a user: beyond the session cap the oldest mark covers them all. */
    private void foldTombstones() {
        Session oldest = null;
        int marks = 0;
        for (Session session : sessions) {
            if (session.isTombstone() && !isMark(session)) {
                marks++;
                oldest = oldest == null || session.ended < oldest.ended ? session : oldest;
            }
        }
        if (oldest != null && marks > settings.maximumSessions()) {
            sessions.remove(oldest);
            bury(Session.ALL, oldest.ended, oldest.endedBy);
        }
    }

    private static boolean isMark(Session session) {
        return session.id.equals(Session.ALL) || session.id.equals(Session.FORGOTTEN);
    }

    /** Lets go of sessions whose beats are older than the delay. */
    void lapse(long delayMillis) {
        sessions.removeIf(session -> {
            boolean lapses = !session.isTombstone() && now - session.beat > delayMillis;
            if (lapses) {
                see(session.beat);
            }
            return lapses;
        });
    }

    /** After an end, sessions that lapsed already do not keep the user online until their claim is due. */
    void lapseIfNoneIsLive(long benefitFrom) {
        if (ended && sessions.stream().noneMatch(s -> !s.isTombstone() && s.beat >= benefitFrom)) {
            lapse(0);
        }
    }

    private void see(long beat) {
        seen = Math.max(seen, beat);
    }

    private void replace(Session before, Session after) {
        sessions.set(sessions.indexOf(before), after);
    }

    /**
     * Shows the new state to readers and beats. Returns whether any session is live.
     *
     * <p>The default session is with the others while a last seen is known that is newer, since that takes its place.
     */
    boolean publish() {
        boolean live = false;
        long word = UserCell.lapsed(seen);
        List<Session> others = new ArrayList<>(sessions.size());
        for (Session session : sessions) {
            live |= !session.isTombstone();
            if (session.isTombstone() || !session.id.isEmpty() || session.beat < seen) {
                others.add(session);
            } else {
                word = UserCell.live(session.beat);
            }
        }
        // Never null again: a reader that finds the same array before and after has seen one state, but null has no
        // identity.
        cell.sessions = others.isEmpty() && cell.sessions == null ? null : others.toArray(new Session[0]);
        cell.word = word;
        return live;
    }

    long now() {
        return now;
    }

    /** Whether a session began with a beat of the past, so that it may lapse before the user is looked at next. */
    boolean isLate() {
        return late;
    }

    int dropped() {
        return dropped;
    }

    /** When the user has to be looked at again: a claim may be due, or a mark has served its time. */
    long nextLook(long delayMillis) {
        long next = Long.MAX_VALUE;
        for (Session session : sessions) {
            next = Math.min(
                    next,
                    session.isTombstone()
                            ? session.ended + settings.timeout().toMillis() + 1
                            : session.beat + delayMillis + 1);
        }
        return next;
    }
}
