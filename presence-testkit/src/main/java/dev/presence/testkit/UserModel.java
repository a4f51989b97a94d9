package dev.presence.testkit;

import dev.presence.Presence;
import dev.presence.StoreSettings;
import dev.presence.UserStatus;
import dev.presence.Write;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the rules say of one user, one step at a time: the sequential model that concurrent histories are checked against.
 * Written for plainness alone. Not thread-safe.
 */
class UserModel {
    /** When two things happened in the same millisecond: did the beat surely come after the end? */
    enum OnEqualStamps {
        /** One batch, or one node on a direct store: the order of calls decides. */
        CALL_ORDER,
        /** Two batches: the end wins. */
        END_WINS
    }

    static final long NEVER = Long.MIN_VALUE;

    private final StoreSettings settings;
    final Map<String, Long> beats = new TreeMap<>(); // by session, those not ended and not claimed
    final Map<String, Long> ends = new TreeMap<>(); // by session
    long allEnded = NEVER;
    private long forgotten = NEVER;
    long seen = NEVER;
    private Presence reported = Presence.OFFLINE;
    private int dropped;

    UserModel(StoreSettings settings) {
        this.settings = settings;
    }

    UserModel copy() {
        UserModel copy = new UserModel(settings);
        copy.beats.putAll(beats);
        copy.ends.putAll(ends);
        copy.allEnded = allEnded;
        copy.forgotten = forgotten;
        copy.seen = seen;
        copy.reported = reported;
        return copy;
    }

    void apply(Write write, long stamp, long now, OnEqualStamps rule) {
        switch (write.kind()) {
            case BEAT -> beat(write.session(), stamp, now, rule);
            case END -> end(write.session(), stamp, now);
            case END_ALL -> endAll(stamp, now);
            case FORGET -> forget(stamp);
        }
    }

    private void beat(String session, long stamp, long now, OnEqualStamps rule) {
        long last = beats.getOrDefault(session, NEVER);
        if (last != NEVER) {
            beats.put(session, Math.max(last, stamp));
        } else if (isCovered(stamp, forgotten, rule)) {
            return;
        } else if (now - stamp > timeout()
                || isCovered(stamp, ends.getOrDefault(session, NEVER), rule)
                || isCovered(stamp, allEnded, rule)) {
            seen = Math.max(seen, stamp);
        } else {
            beats.put(session, stamp);
            dropTheOldest(now);
        }
    }

    private void dropTheOldest(long now) {
        if (beats.size() > settings.maximumSessions()) {
            Map.Entry<String, Long> oldest = Collections.min(beats.entrySet(), Map.Entry.comparingByValue());
            beats.remove(oldest.getKey());
            seen = Math.max(seen, oldest.getValue());
            dropped += now - oldest.getValue() <= timeout() ? 1 : 0;
        }
    }

    /** How many sessions went because there was one too many. */
    int dropped() {
        return dropped;
    }

    private static boolean isCovered(long stamp, long end, OnEqualStamps rule) {
        return rule == OnEqualStamps.CALL_ORDER ? stamp < end : stamp <= end;
    }

    private void end(String session, long at, long now) {
        long last = beats.getOrDefault(session, NEVER);
        if (last != NEVER && last > at) {
            return;
        }
        ends.merge(session, at, Math::max);
        if (last != NEVER) {
            beats.remove(session);
            seen = Math.max(seen, last);
            dropAllIfNoneLives(now);
        }
    }

    private void endAll(long at, long now) {
        allEnded = Math.max(allEnded, at);
        beats.values().stream().filter(beat -> beat <= at).forEach(beat -> seen = Math.max(seen, beat));
        if (beats.values().removeIf(beat -> beat <= at)) {
            dropAllIfNoneLives(now);
        }
    }

    private void forget(long at) {
        lapse(Long.MAX_VALUE, 0);
        forgotten = Math.max(Math.max(at, seen), forgotten);
        seen = NEVER;
    }

    private void dropAllIfNoneLives(long now) {
        if (!isQuiet(now) && beats.values().stream().allMatch(beat -> now - beat > timeout())) {
            lapse(now, timeout());
        }
    }

    /** Whether users whose beats are missing keep the benefit of the doubt; never in the histories. */
    boolean isQuiet(long now) {
        return false;
    }

    /** Sessions whose beats are older than the delay are gone. */
    void lapse(long now, long delay) {
        beats.values().stream().filter(beat -> now - beat > delay).forEach(beat -> seen = Math.max(seen, beat));
        beats.values().removeIf(beat -> now - beat > delay);
    }

    /** A session that lapsed while others live may be gone before the user is claimed. */
    void tidy(String session, long now) {
        Long beat = beats.get(session);
        if (beat != null && now - beat > timeout() && beats.size() > 1) {
            beats.remove(session);
            seen = Math.max(seen, beat);
        }
    }

    /** The transition that is due now, which from then on counts as reported. */
    Optional<Presence> report() {
        Presence presence = beats.isEmpty() ? Presence.OFFLINE : Presence.ONLINE;
        if (presence == reported) {
            return Optional.empty();
        }
        reported = presence;
        return Optional.of(presence);
    }

    boolean isReportedOnline() {
        return reported == Presence.ONLINE;
    }

    UserStatus status(String user, long now) {
        long live = beats.values().stream()
                .filter(beat -> now - beat <= timeout())
                .mapToLong(Long::longValue)
                .max()
                .orElse(NEVER);
        if (live != NEVER) {
            return UserStatus.of(user, Presence.ONLINE, live, now - live);
        }
        long last = beats.values().stream().mapToLong(Long::longValue).max().orElse(NEVER);
        if (last != NEVER && isQuiet(now)) {
            return UserStatus.of(user, Presence.ONLINE, last, now - last).asStale();
        }
        last = Math.max(last, seen);
        boolean known = last != NEVER
                && !settings.retention().isZero()
                && now - last <= settings.retention().toMillis();
        UserStatus offline =
                known ? UserStatus.of(user, Presence.OFFLINE, last, now - last) : UserStatus.of(user, Presence.OFFLINE);
        return isReportedOnline() ? offline.asUnclaimed() : offline;
    }

    private long timeout() {
        return settings.timeout().toMillis();
    }

    /** Equal for models that will behave alike. */
    String fingerprint() {
        return beats + "|" + ends + "|" + allEnded + "|" + forgotten + "|" + seen + "|" + reported;
    }
}
