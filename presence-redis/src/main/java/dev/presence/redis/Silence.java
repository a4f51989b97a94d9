package dev.presence.redis;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Notices a server that keeps its connections and answers nothing, as one does that hangs, or that lies behind a network which
 * swallows everything. Left alone, such a connection would stay for as long as TCP bears it, gather commands, and never see that
 * Sentinel has long named another primary. Thread-safe.
 */
final class Silence {
    /** Each for a whole command timeout, one after the other. */
    private static final int MOST_WAITS = 3;

    private final Runnable onTooLong;
    private final AtomicInteger waits = new AtomicInteger();

    Silence(Runnable onTooLong) {
        this.onTooLong = onTooLong;
    }

    /** How many waits were in vain up to now; to be asked when the next one begins. */
    int waits() {
        return waits.get();
    }

    void ended() {
        if (waits.get() > 0) {
            waits.set(0);
        }
    }

    /** A wait that began after so many was in vain too. Of several at a time one counts. */
    void lasted(int before) {
        if (waits.compareAndSet(before, before + 1) && before + 1 == MOST_WAITS) {
            waits.set(0);
            onTooLong.run();
        }
    }
}
