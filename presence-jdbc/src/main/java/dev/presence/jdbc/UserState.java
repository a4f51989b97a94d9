package dev.presence.jdbc;

import dev.presence.Write;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One user while its row is locked: live sessions by their newest beat, tombstones by when they ended, and last seen of sessions
 * that are neither. Takes the writes of one batch in order; what they come to is one change. Not thread-safe.
 */
final class UserState {
    private final Moment at;
    private final Map<String, Long> live = new TreeMap<>();
    private final Map<String, Long> tombs = new TreeMap<>();
    private final Set<String> endedHere = new HashSet<>(); // in this batch, whose order decides between equal stamps
    private long seen;
    private boolean anyEnded;
    private int dropped;

    UserState(StoredUser stored, Moment at) {
        this.at = at;
        byte[] more = stored.more();
        if (more != null) {
            PackedSessions.unpack(more, live, tombs);
            tombs.values().removeIf(ended -> at.now() - ended > at.timeout());
            seen = PackedSessions.seen(more);
        } else if (stored.online()) {
            live.put(Write.DEFAULT_SESSION, stored.beat());
        }
        if (!stored.online()) {
            seen = Math.max(seen, stored.beat());
        }
    }

    void apply(Write.Kind kind, String session, long stamp) {
        String key = PackedSessions.key(session);
        switch (kind) {
            case BEAT -> beat(key, stamp);
            case END -> {
                end(key, stamp);
                bury(key, stamp, true);
            }
            case END_ALL -> endAll(stamp);
            case FORGET -> forget(stamp);
        }
    }

    private void beat(String key, long stamp) {
        Long last = live.get(key);
        if (last != null) {
            live.put(key, Math.max(last, stamp));
        } else if (isCovered(PackedSessions.FORGOTTEN, stamp)) {
            return;
        } else if (at.now() - stamp > at.timeout() || isCovered(key, stamp) || isCovered(PackedSessions.ALL, stamp)) {
            see(stamp);
        } else {
            tombs.remove(key);
            live.put(key, stamp);
            dropTheOldest();
        }
    }

    private boolean isCovered(String mark, long stamp) {
        Long ended = tombs.get(mark);
        return ended != null && (stamp < ended || (stamp == ended && !endedHere.contains(mark)));
    }

    private void see(long stamp) {
        seen = Math.max(seen, stamp);
    }

    private void dropTheOldest() {
        if (live.size() > at.settings().maximumSessions()) {
            Map.Entry<String, Long> oldest = Collections.min(live.entrySet(), Map.Entry.comparingByValue());
            live.remove(oldest.getKey());
            see(oldest.getValue());
            dropped += at.now() - oldest.getValue() <= at.timeout() ? 1 : 0;
        }
    }

    private void end(String key, long stamp) {
        Long last = live.get(key);
        if (last != null && last <= stamp) {
            live.remove(key);
            see(last);
            anyEnded = true;
        }
    }

    private void endAll(long stamp) {
        for (String key : Set.copyOf(live.keySet())) {
            end(key, stamp);
        }
        dropMarks(stamp);
        bury(PackedSessions.ALL, stamp, true);
    }

    private void dropMarks(long stamp) {
        tombs.entrySet().removeIf(mark -> mark.getValue() <= stamp && !isForAll(mark.getKey()));
    }

    private static boolean isForAll(String key) {
        return key.equals(PackedSessions.ALL) || key.equals(PackedSessions.FORGOTTEN);
    }

    private void forget(long stamp) {
        lapse(Long.MIN_VALUE);
        long newest = Math.max(stamp, seen);
        anyEnded = true;
        seen = 0;
        tombs.values().removeIf(ended -> ended <= newest);
        bury(PackedSessions.FORGOTTEN, newest, true);
    }

    /** Marks an end. Beyond so many marks as sessions are allowed the oldest covers them all: a flood must not fatten a user. */
    private void bury(String key, long stamp, boolean isHere) {
        Long known = tombs.get(key);
        if (live.containsKey(key) || (known != null && known > stamp) || at.now() - stamp > at.timeout()) {
            return;
        }
        tombs.put(key, stamp);
        if (isHere) {
            endedHere.add(key);
        } else {
            endedHere.remove(key);
        }
        String oldest = null;
        int count = 0;
        for (Map.Entry<String, Long> mark : tombs.entrySet()) {
            if (!isForAll(mark.getKey())) {
                count++;
                oldest = oldest == null || mark.getValue() < endOf(oldest) ? mark.getKey() : oldest;
            }
        }
        if (oldest != null && count > at.settings().maximumSessions()) {
            long ended = endOf(oldest);
            tombs.remove(oldest);
            bury(PackedSessions.ALL, ended, endedHere.contains(oldest));
        }
    }

    private long endOf(String key) {
        return tombs.getOrDefault(key, 0L);
    }

    /** Lets go of sessions whose newest beat is older than this much; all of them if that is the smallest number. */
    void lapse(long delay) {
        live.values().stream().filter(beat -> at.now() - beat > delay).forEach(this::see);
        live.values().removeIf(beat -> at.now() - beat > delay);
    }

    int dropped() {
        return dropped;
    }

    /** What is left to store. Somebody of whom only sessions are left that lapsed goes with the last end. */
    StoredUser toStore() {
        if (anyEnded && live.values().stream().noneMatch(beat -> beat >= at.benefitFrom())) {
            lapse(Long.MIN_VALUE);
        }
        long newest = live.values().stream().mapToLong(Long::longValue).max().orElse(0);
        boolean online = !live.isEmpty();
        long later = online && seen > newest ? seen : 0;
        boolean hasMore = !tombs.isEmpty()
                || later > 0
                || live.size() > 1
                || (online && !live.containsKey(Write.DEFAULT_SESSION));
        byte @Nullable [] more = hasMore ? PackedSessions.pack(later, live, tombs) : null;
        return new StoredUser(online ? newest : at.isForgotten(seen) ? 0 : seen, online, more);
    }
}
