package dev.presence.benchmarks;

import dev.presence.UserStatus;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the answers have to be. Exact to the margin, which allows for the steps of the store's clock and for pauses of the
 * JVM between a call and the note of it: within the margin of a lapse both answers are right, and an answer that was made
 * while a write of the same user was under way is not judged. Both are counted.
 */
final class ExpectedStatuses {
    private static final int LEFT = 1;
    private static final int WRITING = 2;
    private static final int SHIFT = 2;

    private final AtomicLongArray users; // the newest beat in epoch milliseconds, and the two marks
    private final long timeoutMillis;
    private final long marginMillis;

    enum Verdict {
        RIGHT,
        WRONG,
        AT_THE_LAPSE,
        WHILE_WRITING
    }

    ExpectedStatuses(int users, long timeoutMillis, long marginMillis) {
        this.users = new AtomicLongArray(users);
        this.timeoutMillis = timeoutMillis;
        this.marginMillis = marginMillis;
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
        long seen = answer.lastSeen().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
        if (answer.isStale() || Math.abs(seen - beat) > marginMillis) {
            return Verdict.WRONG;
        }
        boolean mayBeOnline = (before & LEFT) == 0 && fromMillis - beat <= timeoutMillis + marginMillis;
        boolean mayBeOffline = (before & LEFT) != 0 || toMillis - beat > timeoutMillis - marginMillis;
        if (mayBeOnline && mayBeOffline) {
            return Verdict.AT_THE_LAPSE;
        }
        return answer.isOnline() == mayBeOnline ? Verdict.RIGHT : Verdict.WRONG;
    }
}
