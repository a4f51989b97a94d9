package dev.presence;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of one user at one moment of the store's clock. Immutable.
 *
 * <p>Ages are computed where the store clock is, so they hold on hosts whose own clocks are wrong.
 */
public final class UserStatus {
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final String user;
    private final Presence presence;
    private final boolean stale;
    private final long lastSeenMillis;
    private final long ageMillis;
    private final boolean unclaimed;

    private UserStatus(String user, Presence presence, boolean stale, long lastSeenMillis, long ageMillis) {
        this(user, presence, stale, lastSeenMillis, ageMillis, false);
    }

    private UserStatus(
            String user, Presence presence, boolean stale, long lastSeenMillis, long ageMillis, boolean unclaimed) {
        this.user = user;
        this.presence = presence;
        this.stale = stale;
        this.lastSeenMillis = lastSeenMillis;
        this.ageMillis = ageMillis;
        this.unclaimed = unclaimed;
    }

    /**
     * The status of a user whose last seen is known.
     *
     * @param user the user
     * @param presence online or offline
     * @param lastSeenMillis the newest beat, in epoch milliseconds of the store clock
     * @param ageMillis the store's now less {@code lastSeenMillis}; a negative age counts as zero
     * @return the status
     */
    public static UserStatus of(String user, Presence presence, long lastSeenMillis, long ageMillis) {
        return new UserStatus(user, presence, false, lastSeenMillis, Math.max(0, ageMillis));
    }

    /**
     * The status of a user whose last seen is not known.
     *
     * @param user the user
     * @param presence online or offline
     * @return the status
     */
    public static UserStatus of(String user, Presence presence) {
        return new UserStatus(user, presence, false, UNKNOWN, UNKNOWN);
    }

    /**
     * The same status, marked stale.
     *
     * @return a stale copy, or this if it is stale already
     */
    public UserStatus asStale() {
        return stale ? this : new UserStatus(user, presence, true, lastSeenMillis, ageMillis, unclaimed);
    }

    /**
     * The same status of a user who lapsed and was not claimed yet. Every store says so of such a user: who keeps a view by
     * transitions must know.
     *
     * @return an offline copy whose last transition is to online
     */
    public UserStatus asUnclaimed() {
        return new UserStatus(user, presence, stale, lastSeenMillis, ageMillis, true);
    }

    /**
     * Whose status this is.
     *
     * @return the user id as it was asked
     */
    public String user() {
        return user;
    }

    /**
     * Online or offline.
     *
     * @return the presence
     */
    public Presence presence() {
        return presence;
    }

    /**
     * Whether the user is online.
     *
     * @return true if the presence is {@link Presence#ONLINE}
     */
    public boolean isOnline() {
        return presence == Presence.ONLINE;
    }

    /**
     * Whether the user is offline although the last transition is to online: the sessions lapsed, and the offline was not claimed
     * yet. Such a user may come back without a transition. Not part of equality.
     *
     * @return true between lapse and claim
     */
    public boolean isUnclaimed() {
        return unclaimed;
    }

    /**
     * Whether the answer may be older than the store promises: it was given in a quiet period after an outage, or from
     * memory while the store could not be reached.
     *
     * @return true if the bound on staleness cannot be kept
     */
    public boolean isStale() {
        return stale;
    }

    /**
     * The newest beat: of the live sessions while online, of all sessions once offline.
     *
     * @return the time on the store clock, in whole milliseconds; empty if unknown, never heard of, or forgotten
     */
    public Optional<Instant> lastSeen() {
        return lastSeenMillis == UNKNOWN ? Optional.empty() : Optional.of(Instant.ofEpochMilli(lastSeenMillis));
    }

    /**
     * How long ago last seen was, on the store clock, when the answer was made.
     *
     * @return the age in whole milliseconds; empty whenever {@link #lastSeen()} is
     */
    public Optional<Duration> age() {
        return lastSeenMillis == UNKNOWN ? Optional.empty() : Optional.of(Duration.ofMillis(ageMillis));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UserStatus that
                && user.equals(that.user)
                && presence == that.presence
                && stale == that.stale
                && lastSeenMillis == that.lastSeenMillis
                && ageMillis == that.ageMillis;
    }

    @Override
    public int hashCode() {
        return Objects.hash(user, presence, stale, lastSeenMillis, ageMillis);
    }

    @Override
    public String toString() {
        return user + " " + presence.name().toLowerCase(java.util.Locale.ROOT) + (stale ? " (stale)" : "")
                + lastSeen().map(at -> ", last seen " + at).orElse("");
    }
}
