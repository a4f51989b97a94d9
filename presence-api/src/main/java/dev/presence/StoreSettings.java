package dev.presence;

import java.time.Duration;

/**
 * What all nodes on one store must agree on; kept by the store.
 *
 * @param timeout a session with no beat for longer than this is lapsed; default 30 s
 * @param grace how much longer the offline transition waits than the status does; default zero
 * @param retention how long last seen is kept, counted from last seen itself, once the user is offline; zero forgets at
 *     once, {@link #UNLIMITED} never; default 30 days
 * @param maximumSessions the most live sessions of one user; when one more begins, the oldest goes; default 16
 * @param version which of two different settings is the newer; default 1
 */
public record StoreSettings(Duration timeout, Duration grace, Duration retention, int maximumSessions, long version) {
    /** A retention that never ends: a thousand years. */
    public static final Duration UNLIMITED = Duration.ofDays(365_250);

    /**
     * Checks that the settings make sense.
     *
     * @param timeout a session with no beat for longer than this is lapsed
     * @param grace how much longer the offline transition waits than the status does
     * @param retention how long last seen is kept, counted from last seen itself, once the user is offline
     * @param maximumSessions the most live sessions of one user
     * @param version which of two different settings is the newer
     * @throws IllegalArgumentException if they do not; the message has the values
     */
    public StoreSettings {
        requirePositive("timeout", timeout);
        requireNotNegative("grace", grace);
        requireNotNegative("retention", retention);
        if (!retention.isZero() && retention.compareTo(timeout) < 0) {
            throw new IllegalArgumentException(
                    "retention " + retention + " is below the timeout " + timeout
                            + ": last seen would be forgotten while the user may still be online; use zero to forget at once (R12)");
        }
        if (maximumSessions < 1) {
            throw new IllegalArgumentException("maximumSessions must be at least 1, not " + maximumSessions + " (R12)");
        }
        if (version < 1) {
            throw new IllegalArgumentException("version must be at least 1, not " + version + " (R12)");
        }
    }

    /**
     * The defaults.
     *
     * @return timeout 30 s, no grace, retention 30 days, 16 sessions, version 1
     */
    public static StoreSettings defaults() {
        return new StoreSettings(Duration.ofSeconds(30), Duration.ZERO, Duration.ofDays(30), 16, 1);
    }

    /**
     * With another timeout.
     *
     * @param value the timeout
     * @return a changed copy
     */
    public StoreSettings withTimeout(Duration value) {
        return new StoreSettings(value, grace, retention, maximumSessions, version);
    }

    /**
     * With another grace.
     *
     * @param value the grace
     * @return a changed copy
     */
    public StoreSettings withGrace(Duration value) {
        return new StoreSettings(timeout, value, retention, maximumSessions, version);
    }

    /**
     * With another retention.
     *
     * @param value the retention
     * @return a changed copy
     */
    public StoreSettings withRetention(Duration value) {
        return new StoreSettings(timeout, grace, value, maximumSessions, version);
    }

    /**
     * With another session cap.
     *
     * @param value the most live sessions of one user
     * @return a changed copy
     */
    public StoreSettings withMaximumSessions(int value) {
        return new StoreSettings(timeout, grace, retention, value, version);
    }

    /**
     * With another version.
     *
     * @param value the version
     * @return a changed copy
     */
    public StoreSettings withVersion(long value) {
        return new StoreSettings(timeout, grace, retention, maximumSessions, value);
    }

    /**
     * Returns these settings if they may replace others that are in force.
     *
     * @param current what is in force
     * @return these settings
     * @throws IllegalArgumentException if they differ from the current ones without being newer; the message has both
     */
    public StoreSettings requireNewerThan(StoreSettings current) {
        if (!equals(current) && version <= current.version) {
            throw new IllegalArgumentException(
                    "these settings are refused, since the store holds others that are as new: " + this + " against "
                            + current + "; raise the version to change them for all nodes (R12)");
        }
        return this;
    }

    static Duration requirePositive(String name, Duration value) {
        requireNotNegative(name, value);
        if (value.toMillis() == 0) {
            throw new IllegalArgumentException(name + " must be at least 1 ms, not " + value + " (R12)");
        }
        return value;
    }

    private static void requireNotNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value + " (R12)");
        }
        if (value.compareTo(UNLIMITED) > 0) {
            throw new IllegalArgumentException(name + " must be at most " + UNLIMITED + ", not " + value + " (R12)");
        }
    }
}
