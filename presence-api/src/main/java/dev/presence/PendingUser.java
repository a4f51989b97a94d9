package dev.presence;

import java.util.Arrays;

/**
 * The writes of one user that wait for the store, in order of call, coalesced to at most one beat and one end per session.
 * It and its parts are used again from flush to flush. Not thread-safe.
 */
final class PendingUser {
    private static final class Op {
        Write.Kind kind = Write.Kind.BEAT;
        String session = Write.DEFAULT_SESSION;
        long nanos;

        boolean isBeat() {
            return kind == Write.Kind.BEAT;
        }

        boolean ends(String other) {
            return switch (kind) {
                case BEAT -> false;
                case END -> session.equals(other);
                case END_ALL, FORGET -> true;
            };
        }
    }

    private String user = "";
    private Op[] ops = {new Op()};
    private int size;

    void reset(String newUser) {
        user = newUser;
        size = 0;
    }

    String user() {
        return user;
    }

    int size() {
        return size;
    }

    /** Returns by how many the number of writes grew, which may be negative. */
    int add(Write.Kind kind, String session, long nanos) {
        int before = size;
        for (int i = size - 1; i >= 0; i--) {
            Op op = ops[i];
            if (kind == op.kind && session.equals(op.session)) {
                if (kind == Write.Kind.BEAT && noneEndsAfter(i, session)) {
                    op.nanos = Math.max(op.nanos, nanos);
                    return 0;
                }
                remove(i); // the later one of the same kind says all that this one said
            }
        }
        append(kind, session, nanos);
        return size - before;
    }

    int addAll(PendingUser later) {
        int before = size;
        for (int i = 0; i < later.size; i++) {
            Op op = later.ops[i];
            add(op.kind, op.session, op.nanos);
        }
        return size - before;
    }

    private boolean noneEndsAfter(int i, String session) {
        for (int j = i + 1; j < size; j++) {
            if (ops[j].ends(session)) {
                return false;
            }
        }
        return true;
    }

    private void append(Write.Kind kind, String session, long nanos) {
        if (size == ops.length) {
            ops = Arrays.copyOf(ops, size * 2);
            for (int i = size; i < ops.length; i++) {
                ops[i] = new Op();
            }
        }
        Op op = ops[size++];
        op.kind = kind;
        op.session = session;
        op.nanos = nanos;
    }

    private void remove(int i) {
        Op gone = ops[i];
        size--;
        System.arraycopy(ops, i + 1, ops, i, size - i);
        ops[size] = gone;
    }

    boolean hasEnd() {
        for (int i = 0; i < size; i++) {
            if (!ops[i].isBeat()) {
                return true;
            }
        }
        return false;
    }

    boolean has(Write.Kind kind, String session) {
        for (int i = 0; i < size; i++) {
            if (ops[i].kind == kind && ops[i].session.equals(session)) {
                return true;
            }
        }
        return false;
    }

    /** When the newest beat came that no end follows, in elapsed time, or {@link Long#MIN_VALUE}. */
    long newestLiveBeat() {
        long newest = Long.MIN_VALUE;
        for (int i = 0; i < size; i++) {
            if (ops[i].isBeat() && noneEndsAfter(i, ops[i].session)) {
                newest = Math.max(newest, ops[i].nanos);
            }
        }
        return newest;
    }

    boolean dropOldestBeat() {
        int oldest = -1;
        for (int i = 0; i < size; i++) {
            if (ops[i].isBeat() && (oldest < 0 || ops[i].nanos < ops[oldest].nanos)) {
                oldest = i;
            }
        }
        if (oldest >= 0) {
            remove(oldest);
        }
        return oldest >= 0;
    }

    /** Keeps only the newest of the beats up to the given time; returns how many went. */
    int foldBeatsUpTo(long lapsedNanos) {
        int newest = -1;
        int before = size;
        for (int i = size - 1; i >= 0; i--) {
            if (ops[i].isBeat() && ops[i].nanos <= lapsedNanos) {
                if (newest >= 0 && ops[i].nanos > ops[newest].nanos) {
                    remove(newest);
                    newest = i;
                } else if (newest >= 0) {
                    remove(i);
                    newest--;
                } else {
                    newest = i;
                }
            }
        }
        return before - size;
    }

    /** A write with its age at the given time of the store. */
    Write write(int i, StoreTime time, long madeAtMillis) {
        Op op = ops[i];
        return new Write(op.kind, user, op.session, Math.max(0, madeAtMillis - time.at(op.nanos)));
    }

    /** Makes every write older. */
    void age(long byNanos) {
        for (int i = 0; i < size; i++) {
            ops[i].nanos -= byNanos;
        }
    }
}
