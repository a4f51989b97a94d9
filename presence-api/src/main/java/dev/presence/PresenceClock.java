package dev.presence;

/**
 * The one seam for time: stamps, elapsed time, and work for later. Thread-safe.
 *
 * <p>A store has a clock, and a tracker uses the clock of its store, so that a test which drives the one drives both.
 */
public interface PresenceClock extends AutoCloseable {
    /**
     * The wall time.
     *
     * @return epoch milliseconds; may step in either direction
     */
    long millis();

    /**
     * Elapsed time that no clock change disturbs.
     *
     * @return nanoseconds since an arbitrary origin
     */
    long nanos();

    /**
     * Runs a task once, later. The task may block, and what it throws is logged and goes no further.
     *
     * @param task what to run
     * @param delayMillis how long to wait at least; zero means as soon as possible
     * @param slackMillis how much later it may start; a driven clock ignores it and is exact
     * @return a handle to take the task back
     */
    Timer schedule(Runnable task, long delayMillis, long slackMillis);

    /** Ends the clock's own threads, if it has any. Tasks that have not started are dropped. Idempotent. */
    @Override
    default void close() {}

    /**
     * The system's time, with a timer of its own on daemon threads. Whoever calls this closes it.
     *
     * <p>{@link #millis()} costs one memory read: it advances in steps of about {@value SystemClock#TICK_MILLIS} ms. Only
     * where the host's clock is the store clock does that matter, and there everything is judged by the same steps.
     *
     * @return a new clock
     */
    static PresenceClock system() {
        return new SystemClock();
    }

    /**
     * A clock that tells a store's time in place of its server: {@link #millis()} never runs back. Stores that share it share its
     * highest time. To close it does nothing.
     *
     * @param clock whose time, elapsed time and timer it takes; the caller's to close
     * @return the clock itself if it is one already
     */
    static PresenceClock monotone(PresenceClock clock) {
        return MonotoneClock.of(clock);
    }

    /** A task that waits for its time. */
    @FunctionalInterface
    interface Timer {
        /** Takes the task back if it has not started. Idempotent. */
        void cancel();
    }
}
