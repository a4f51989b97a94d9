package dev.presence.benchmarks;

import dev.presence.UserStatus;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the answers have to be. Exact to the margin, which allows for the steps of the store's clock and for pauses of the
 * JVM between a call and the note of it: within the margin of a lapse both answers are right, and an answer that was made
 * while a write of the same user was under way is not judged. Both are counted. A local view may be late with an offline by
 * what it states, and knows no last seen of who is online.
 */
final class ExpectedStatuses {
    private static final int LEFT = 1;
    private static final int WRITING = 2;
    private static final int SHIFT = 2;

    private final AtomicLongArray users; // the newest beat in epoch milliseconds, and the two marks
    private final long timeoutMillis;
    private final long marginMillis;
    private final long lateMillis;

    enum Verdict {
        RIGHT,
        WRONG,
        AT_THE_LAPSE,
        WHILE_WRITING
    }

    /**
     * @param lateMillis for how long after the lapse a local view may say online, or 0 without one
     */
    ExpectedStatuses(int users, long timeoutMillis, long marginMillis, long lateMillis) {
        this.users = new AtomicLongArray(users);
        this.timeoutMillis = timeoutMillis;
        this.marginMillis = marginMillis;
        this.lateMillis = lateMillis;
    }

    void beat(int user, long atMillis) {
        users.set(user, atMillis << SHIFT);
    }

    void left(int user) {
        users.set(user, (users.get(user) & ~WRITING) | LEFT);
    }

    void writing(int user) {
        users.set(user, users.get(user) | WRITING);
    }

    boolean hasLeft(int user) {
        return (users.get(user) & LEFT) != 0;
    }

    /** When the user is to be offline; the least of all of one who has left, or perhaps has. */
    long lapseMillis(int user) {
        long state = users.get(user);
        return (state & (LEFT | WRITING)) != 0 ? Long.MIN_VALUE : (state >> SHIFT) + timeoutMillis;
    }

    /** To be taken before asking. */
    long before(int user) {
        return users.get(user);
    }

    /**
     * @param before of before asking
     * @param fromMillis when it was asked
     * @param toMillis when the answer was there
     */
    Verdict judge(int user, long before, long fromMillis, long toMillis, UserStatus answer) {
        if ((before & WRITING) != 0 || users.get(user) != before) {
            return Verdict.WHILE_WRITING;
        }
        long beat = before >> SHIFT;
        if (answer.isStale() || !isSeenAt(beat, answer)) {
            return Verdict.WRONG;
        }
        boolean mayBeOnline = (before & LEFT) == 0 && fromMillis - beat <= timeoutMillis + marginMillis + lateMillis;
        boolean mayBeOffline = (before & LEFT) != 0 || toMillis - beat > timeoutMillis - marginMillis;
        if (mayBeOnline && mayBeOffline) {
            return Verdict.AT_THE_LAPSE;
        }
        return answer.isOnline() == mayBeOnline ? Verdict.RIGHT : Verdict.WRONG;
    }

    private boolean isSeenAt(long beat, UserStatus answer) {
        if (lateMillis > 0 && answer.isOnline() && answer.lastSeen().isEmpty()) {
            return true;
        }
        long seen = answer.lastSeen().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
        return Math.abs(seen - beat) <= marginMillis;
    }
}
