package dev.presence.inmemory;

import dev.presence.PresenceClock;
import dev.presence.StoreSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of an in-process store. Not thread-safe; can be used again. */
public final class CaffeinePresenceStoreBuilder {
    private Duration timeout;
    private Duration grace;
    private Duration retention;
    private int maximumSessions;
    private long version;
    private int maximumUsers = Integer.MAX_VALUE;
    private @Nullable PresenceClock clock;

    CaffeinePresenceStoreBuilder() {
        StoreSettings defaults = StoreSettings.defaults();
        timeout = defaults.timeout();
        grace = defaults.grace();
        retention = defaults.retention();
        maximumSessions = defaults.maximumSessions();
        version = defaults.version();
    }

    /**
     * A session with no beat for longer than this is lapsed. Default: 30 s; at least 1 ms.
     *
     * @param value the timeout
     * @return this
     */
    public CaffeinePresenceStoreBuilder timeout(Duration value) {
        timeout = value;
        return this;
    }

    /**
     * How much longer than the timeout the offline transition waits. Default: zero.
     *
     * @param value the grace
     * @return this
     */
    public CaffeinePresenceStoreBuilder grace(Duration value) {
        grace = value;
        return this;
    }

    /**
     * How long last seen is kept, counted from last seen, once the user is offline. Default: 30 days. Zero forgets at once,
     * {@link StoreSettings#UNLIMITED} never; anything else is at least the timeout.
     *
     * @param value the retention
     * @return this
     */
    public CaffeinePresenceStoreBuilder retention(Duration value) {
        retention = value;
        return this;
    }

    /**
     * The most live sessions of one user; when one more begins, the oldest goes, which is counted. Default: 16; at least 1.
     *
     * @param value the cap
     * @return this
     */
    public CaffeinePresenceStoreBuilder maximumSessions(int value) {
        maximumSessions = value;
        return this;
    }

    /**
     * All shared settings at once.
     *
     * @param value the settings
     * @return this
     */
    public CaffeinePresenceStoreBuilder settings(StoreSettings value) {
        timeout = value.timeout();
        grace = value.grace();
        retention = value.retention();
        maximumSessions = value.maximumSessions();
        version = value.version();
        return this;
    }

    /**
     * The most users, online or not, to keep. Default: no bound; at least 1.
     *
     * <p>When it is reached, a new user takes the place of an offline one, whose last seen is lost; this is counted. No online
     * user is ever evicted: when all are online the beats of strangers are refused, which is counted and logged once.
     *
     * @param value the bound
     * @return this
     */
    public CaffeinePresenceStoreBuilder maximumUsers(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("maximumUsers must be at least 1, not " + value + " (R12)");
        }
        maximumUsers = value;
        return this;
    }

    /**
     * The store clock. Default: the system's, which the store then closes itself.
     *
     * @param value a clock that the caller closes
     * @return this
     */
    public CaffeinePresenceStoreBuilder clock(PresenceClock value) {
        clock = value;
        return this;
    }

    /**
     * Opens the store.
     *
     * @return an empty store
     * @throws IllegalArgumentException if a setting makes no sense; the message has the values
     */
    public CaffeinePresenceStore build() {
        StoreSettings settings = new StoreSettings(timeout, grace, retention, maximumSessions, version);
        PresenceClock given = clock;
        return new CaffeinePresenceStore(
                settings, maximumUsers, given == null ? PresenceClock.system() : given, given == null);
    }
}
