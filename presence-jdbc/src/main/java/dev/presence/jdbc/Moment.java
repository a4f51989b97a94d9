package dev.presence.jdbc;

import dev.presence.Presence;
import dev.presence.StoreSettings;
import dev.presence.UserStatus;

/**
 * By what time, and by which settings, users are judged.
 *
 * @param now the store's time
 * @param liveFrom the stamp from which on a beat keeps its user online
 * @param benefitFrom the stamp from which on it does with the benefit of the doubt; earlier only in a quiet period
 */
record Moment(long now, long liveFrom, long benefitFrom, StoreSettings settings) {
    long timeout() {
        return settings.timeout().toMillis();
    }

    /** How old a beat may be before its user is claimed, but for what it may have waited in a buffer. */
    long claimDelay() {
        return timeout() + settings.grace().toMillis();
    }

    /** Whether last seen of an offline user is not told any more. */
    boolean isForgotten(long seen) {
        return seen == 0
                || settings.retention().isZero()
                || now - seen > settings.retention().toMillis();
    }

    UserStatus status(String user, StoredUser stored) {
        if (stored.online() && stored.beat() >= benefitFrom) {
            UserStatus online = UserStatus.of(user, Presence.ONLINE, stored.beat(), now - stored.beat());
            return stored.beat() >= liveFrom ? online : online.asStale();
        }
        long seen = Math.max(stored.beat(), PackedSessions.seen(stored.more()));
        UserStatus offline = isForgotten(seen)
                ? UserStatus.of(user, Presence.OFFLINE)
                : UserStatus.of(user, Presence.OFFLINE, seen, now - seen);
        return stored.online() ? offline.asUnclaimed() : offline;
    }
}
