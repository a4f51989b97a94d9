package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.presence.Presence;
import dev.presence.StoreSettings;
import dev.presence.UserStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By what time users of a group are judged, as the read script tells it.
 *
 * @param now the store's time
 * @param liveFrom the stamp from which on a beat keeps its user online
 * @param benefitFrom the stamp from which on it does with the benefit of the doubt; earlier only in a quiet period
 */
record GroupTime(long now, long liveFrom, long benefitFrom) {
    private static final int PERIODS_MISSED = 3;

    /**
     * Judges by what a group's hash has: high, swept, period, quiet, benefit.
     *
     * @param clock the store's time, but for that it never runs back
     */
    static GroupTime of(long clock, List<Object> meta, Reckoning reckoning, Duration timeout) {
        long now = Math.max(clock, Replies.number(meta.get(0), Long.MIN_VALUE));
        reckoning.observe(now, timeout.toMillis());
        long swept = Replies.number(meta.get(1), Long.MIN_VALUE);
        long period = Replies.number(meta.get(2), 0);
        long quiet = Replies.number(meta.get(3), Long.MIN_VALUE);
        long benefit = Replies.number(meta.get(4), Long.MAX_VALUE);
        long liveFrom = now - timeout.toMillis();
        long from = liveFrom;
        if (now <= quiet) {
            from = Math.min(from, benefit);
        } else if (swept != Long.MIN_VALUE && now - swept > PERIODS_MISSED * period) {
            from = Math.min(
                    from, since(swept, quiet, benefit, timeout)); // nobody swept since: nobody told the others yet
        } else if (reckoning.isQuiet(now)) {
            from = Math.min(from, since(reckoning.certain(), quiet, benefit, timeout));
        }
        return new GroupTime(now, liveFrom, from);
    }

    /** Whether nobody has swept for so long, as far as this replica heard, that the primary has to be asked. */
    static boolean isBehind(List<Object> meta, long now) {
        return meta.get(1) == null
                || now - Replies.number(meta.get(1)) > PERIODS_MISSED * Replies.number(meta.get(2), 0);
    }

    private static long since(long certain, long quiet, long benefit, Duration timeout) {
        long from = certain - timeout.toMillis();
        return certain <= quiet ? Math.min(from, benefit) : from;
    }

    static boolean isReportedOnline(byte[] value) {
        return value[0] != '-' && value[0] != ':';
    }

    /** Reads what the hash of users has on one: see {@code common.lua}. */
    UserStatus status(String user, byte @Nullable [] value, StoreSettings settings) {
        long time = value == null ? 0 : number(value, 0);
        long newest = Math.abs(time);
        if (value == null || time == 0) {
            return UserStatus.of(user, Presence.OFFLINE);
        }
        if (time > 0 && newest >= benefitFrom) {
            UserStatus online = UserStatus.of(user, Presence.ONLINE, newest, now - newest);
            return newest >= liveFrom ? online : online.asStale();
        }
        long last = Math.max(newest, number(value, 1));
        boolean forgotten = settings.retention().isZero()
                || now - last > settings.retention().toMillis();
        UserStatus offline = forgotten
                ? UserStatus.of(user, Presence.OFFLINE)
                : UserStatus.of(user, Presence.OFFLINE, last, now - last);
        return isReportedOnline(value) ? offline.asUnclaimed() : offline;
    }

    /** One of the numbers before the sessions, which are binary; zero if it is missing. */
    private static long number(byte[] value, int place) {
        int from = 0;
        for (int colons = 0; colons < place; from++) {
            if (from == value.length) {
                return 0;
            }
            colons += value[from] == ':' ? 1 : 0;
        }
        int to = from;
        while (to < value.length && value[to] != ':') {
            to++;
        }
        return from == to ? 0 : Long.parseLong(new String(value, from, to - from, US_ASCII));
    }
}
