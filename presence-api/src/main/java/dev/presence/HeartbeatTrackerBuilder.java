package dev.presence;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a tracker. What is not set follows from the store's timeout. Not thread-safe; can be used again.
 *
 * <p>Timeout, grace and retention are settings of the store, since all nodes must agree on them.
 */
public final class HeartbeatTrackerBuilder {
    final PresenceStore store;
    WhenUnavailable whenUnavailable = WhenUnavailable.FAIL;
    int maximumPending = 1_000_000;
    int listenerQueue = 10_000;
    LocalView localView = LocalView.NONE;
    int maximumViewed = 1_000_000;
    private @Nullable Duration heartbeatInterval;
    private @Nullable Duration flushInterval;
    private @Nullable Duration sweepInterval;
    private Duration closeTimeout = Duration.ofSeconds(5);

    HeartbeatTrackerBuilder(PresenceStore store) {
        this.store = store;
    }

    /**
     * How often clients are told to beat. Default: a third of the timeout (10 s for the default timeout of 30 s); at most half
     * of it.
     *
     * @param value the interval
     * @return this
     */
    public HeartbeatTrackerBuilder heartbeatInterval(Duration value) {
        heartbeatInterval = value;
        return this;
    }

    /**
     * How long a beat may wait in the buffer of a store that does I/O. Default: 200 ms, or a twentieth of the timeout if that
     * is less; at most a quarter of the timeout.
     *
     * @param value the interval
     * @return this
     */
    public HeartbeatTrackerBuilder flushInterval(Duration value) {
        flushInterval = value;
        return this;
    }

    /**
     * The longest time between two sweeps; they come sooner when a claim is due. Default: 1 s, or half the timeout if that is
     * less; at most the timeout.
     *
     * @param value the interval
     * @return this
     */
    public HeartbeatTrackerBuilder sweepInterval(Duration value) {
        sweepInterval = value;
        return this;
    }

    /**
     * How many writes may wait for a store that does not answer, about 150 bytes each. Default: 1,000,000; at least 1.
     *
     * @param value the most pending writes
     * @return this
     */
    public HeartbeatTrackerBuilder maximumPending(int value) {
        maximumPending = value;
        return this;
    }

    /**
     * How many transitions may wait for one listener before they fold to the newest per user. Default: 10,000; at least 1.
     *
     * @param value the capacity
     * @return this
     */
    public HeartbeatTrackerBuilder listenerQueue(int value) {
        listenerQueue = value;
        return this;
    }

    /**
     * Whose statuses to keep in memory, so that reading them costs no network. Default: {@link LocalView#NONE}.
     *
     * @param value the choice, which says what it means for the answers
     * @return this
     */
    public HeartbeatTrackerBuilder localView(LocalView value) {
        localView = value;
        return this;
    }

    /**
     * How many users a local view keeps because somebody asked about them; beyond that those go who were asked about first.
     * About 200 bytes each. Default: 1,000,000; at least 1.
     *
     * @param value the most users kept
     * @return this
     */
    public HeartbeatTrackerBuilder maximumViewed(int value) {
        maximumViewed = value;
        return this;
    }

    /**
     * How long {@link HeartbeatTracker#close()} may take to record what is buffered. Default: 5 s.
     *
     * @param value the time-out
     * @return this
     */
    public HeartbeatTrackerBuilder closeTimeout(Duration value) {
        closeTimeout = value;
        return this;
    }

    /**
     * What reads do while the store does not answer. Default: {@link WhenUnavailable#FAIL}.
     *
     * @param value the choice
     * @return this
     */
    public HeartbeatTrackerBuilder whenUnavailable(WhenUnavailable value) {
        whenUnavailable = value;
        return this;
    }

    /**
     * Starts a tracker.
     *
     * @return a running tracker
     * @throws IllegalArgumentException if a setting makes no sense; the message has the values
     */
    public HeartbeatTracker build() {
        Duration timeout = store.settings().timeout();
        StoreSettings.requirePositive("closeTimeout", closeTimeout);
        requirePositive("maximumPending", maximumPending);
        requirePositive("listenerQueue", listenerQueue);
        requirePositive("maximumViewed", maximumViewed);
        checkAgainst(timeout);
        return new HeartbeatTracker(copy());
    }

    private HeartbeatTrackerBuilder copy() {
        HeartbeatTrackerBuilder copy = new HeartbeatTrackerBuilder(store);
        copy.whenUnavailable = whenUnavailable;
        copy.maximumPending = maximumPending;
        copy.listenerQueue = listenerQueue;
        copy.heartbeatInterval = heartbeatInterval;
        copy.flushInterval = flushInterval;
        copy.sweepInterval = sweepInterval;
        copy.localView = localView;
        copy.maximumViewed = maximumViewed;
        copy.closeTimeout = closeTimeout;
        return copy;
    }

    /** Whether the intervals make sense with this timeout; also asked when the store's settings change. */
    void checkAgainst(Duration timeout) {
        Duration heartbeat = StoreSettings.requirePositive("heartbeatInterval", heartbeatInterval());
        Duration flush = StoreSettings.requirePositive("flushInterval", flushInterval());
        Duration sweep = StoreSettings.requirePositive("sweepInterval", sweepInterval());
        if (timeout.compareTo(heartbeat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("timeout " + timeout + " is less than twice the heartbeatInterval "
                    + heartbeat + ": one lost beat would turn a user offline (R12)");
        }
        if (flush.compareTo(timeout.dividedBy(4)) > 0) {
            throw new IllegalArgumentException(
                    "flushInterval " + flush + " is above a quarter of the timeout " + timeout + " (R12)");
        }
        if (sweep.compareTo(timeout) > 0) {
            throw new IllegalArgumentException(
                    "sweepInterval " + sweep + " is above the timeout " + timeout + " (R12)");
        }
    }

    Duration heartbeatInterval() {
        Duration set = heartbeatInterval;
        return set != null ? set : store.settings().timeout().dividedBy(3);
    }

    Duration flushInterval() {
        Duration set = flushInterval;
        return set != null
                ? set
                : atMost(Duration.ofMillis(200), store.settings().timeout().dividedBy(20));
    }

    Duration sweepInterval() {
        Duration set = sweepInterval;
        return set != null
                ? set
                : atMost(Duration.ofSeconds(1), store.settings().timeout().dividedBy(2));
    }

    Duration closeTimeout() {
        return closeTimeout;
    }

    private static Duration atMost(Duration value, Duration ceiling) {
        Duration smaller = value.compareTo(ceiling) <= 0 ? value : ceiling;
        return smaller.toMillis() > 0 ? smaller : Duration.ofMillis(1);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, not " + value + " (R12)");
        }
    }
}
