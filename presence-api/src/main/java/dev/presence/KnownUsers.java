package dev.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of users: the direction of their last transition, and last seen of some who are offline.
 *
 * <p>Reads take no lock. Directions are changed by the feed alone, in its order, but for a user of whom nothing is known: there
 * a read of the store may fill the gap. It puts a token first and is dropped if the feed, or a write of this node, changed
 * anything meanwhile; so what is known never falls behind the feed for good. While everyone is followed, who is not in here is
 * offline; else nothing is known of such a user.
 */
final class KnownUsers {
    static final long KEEP_NANOS = 600_000_000_000L;

    private final int maximum;
    private final PresenceClock clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Map<String, Integer> pinned = new HashMap<>(); // guarded by this, as is the next
    private final LinkedHashMap<String, Long> kept = new LinkedHashMap<>(); // when asked about, in order of time
    private volatile boolean everyone;

    KnownUsers(PresenceClock clock, int maximum) {
        this.clock = clock;
        this.maximum = maximum;
    }

    boolean isEveryone() {
        return everyone;
    }

    @Nullable
    Known find(String user) {
        return known.get(user);
    }

    /** Whether not even the direction is known. */
    boolean isUnknown(String user) {
        Known one = known.get(user);
        return !everyone && (one == null || one.state() == Known.State.ASKED);
    }

    boolean isOnline(String user) {
        Known one = known.get(user);
        return one != null && one.isOnline();
    }

    /** All of whom anything is known. */
    List<String> users() {
        return new ArrayList<>(known.keySet());
    }

    Set<String> online() {
        Set<String> online = new HashSet<>();
        known.forEach((user, one) -> {
            if (one.isOnline()) {
                online.add(user);
            }
        });
        return online;
    }

    // ---- by the feed

    /** The feed says so. */
    synchronized void follow(String user, Presence presence) {
        Known before = known.get(user);
        if (presence == Presence.ONLINE && (everyone || before != null)) {
            known.put(user, before == null || before == Known.ONLINE ? Known.ONLINE : Known.online(clock.nanos()));
        } else if (before == Known.ONLINE && !pinned.containsKey(user)) {
            known.remove(user);
        } else if (before != null) {
            known.put(user, Known.gone(clock.nanos()));
        }
    }

    /** From now on whoever is not in here is offline. Last seen may have moved unnoticed. */
    synchronized void followEveryone(Set<String> online) {
        everyone = true;
        followAgain(users(), online);
        online.forEach(user -> known.merge(user, Known.ONLINE, (one, shared) -> one.isOnline() ? one : shared));
    }

    /** Of these users the feed may have told something that was not heard: it is as said now. */
    synchronized void followAgain(List<String> users, Set<String> online) {
        long nanos = clock.nanos();
        for (String user : users) {
            known.computeIfPresent(user, (id, one) -> {
                if (one.state() == Known.State.ASKED) {
                    return null; // the answer may be older than this
                }
                if (!online.contains(user)) {
                    return one == Known.ONLINE && !pinned.containsKey(user) ? null : Known.gone(nanos);
                }
                return one.isOnline() ? one : Known.online(nanos);
            });
        }
    }

    /** From now on only those asked about or pinned are followed. */
    synchronized void followKept() {
        everyone = false;
        known.forEach((user, one) -> {
            if (one == Known.ONLINE) {
                if (pinned.containsKey(user)) {
                    known.put(user, Known.online(clock.nanos()));
                } else {
                    known.remove(user);
                }
            }
        });
        pinned.keySet().forEach(user -> known.putIfAbsent(user, Known.gone(clock.nanos())));
    }

    synchronized void clear() {
        everyone = false;
        known.clear();
        kept.clear();
    }

    // ---- by those who watch

    /** Follows this user too, who is so as far as the feed was read. */
    synchronized void pin(String user, Presence presence) {
        pinned.merge(user, 1, Integer::sum);
        long nanos = clock.nanos();
        known.compute(user, (id, one) -> {
            if (one != null && one.state() != Known.State.ASKED) {
                return one;
            }
            return presence == Presence.ONLINE ? Known.online(nanos) : Known.gone(nanos);
        });
    }

    synchronized void unpin(String user) {
        if (pinned.computeIfPresent(user, (id, count) -> count == 1 ? null : count - 1) == null) {
            keep(user);
        }
    }

    // ---- by reads

    /** Before a read of the store: what the answer may take the place of. */
    Known begin(String user) {
        Known one = known.get(user);
        if (one == null) {
            Known token = Known.asked(clock.nanos());
            one = known.putIfAbsent(user, token);
            return one == null ? token : one;
        }
        return one;
    }

    /** The store did not answer. */
    void abandon(String user, Known token) {
        if (token.state() == Known.State.ASKED) {
            known.remove(user, token);
        }
    }

    /** The store answered so, to a question that was asked after the token was had. */
    synchronized void fill(String user, Known token, UserStatus status) {
        boolean online = status.isOnline() || status.isUnclaimed();
        Known now = null;
        if (status.isStale()) {
            now = null;
        } else if (!online && !token.isOnline()) {
            now = Known.offline(status.lastSeen().map(at -> at.toEpochMilli()).orElse(Known.NEVER), clock.nanos());
        } else if (online && (token.isOnline() || (token.state() == Known.State.ASKED && !everyone))) {
            now = token.isShared() ? token : Known.online(clock.nanos());
        }
        if (now == null) {
            abandon(user, token); // the feed will tell
        } else if (known.replace(user, token, now) && token.state() == Known.State.ASKED) {
            keep(user);
        }
    }

    private void keep(String user) {
        kept.remove(user); // it is the newest now
        kept.put(user, clock.nanos());
        if (kept.size() > maximum) {
            drop(oldest());
        }
    }

    /** Takes it out. */
    private String oldest() {
        String user = kept.keySet().iterator().next();
        kept.remove(user);
        return user;
    }

    /** What is known of the user may not include writes of this node: until it does, reads ask the store. */
    void doubt(PendingUser written) {
        Known one = known.get(written.user());
        if (one != null && (written.hasEnd() || one.state() != Known.State.ONLINE)) {
            doubt(written.user());
        }
    }

    private synchronized void doubt(String user) {
        Known one = known.get(user);
        if (one != null && known.replace(user, one, one.doubted(clock.nanos())) && one.isShared()) {
            keep(user); // it has an entry of its own now, to be let go of some time
        }
    }

    /** Lets go of what has been kept for long; who is asked about still is asked for anew, or followed on. */
    synchronized void trim() {
        long nanos = clock.nanos();
        while (!kept.isEmpty() && nanos - kept.values().iterator().next() > KEEP_NANOS) {
            String user = oldest();
            Known one = known.get(user);
            if (one != null && one.isOnline() && one.wasWanted()) {
                kept.put(user, nanos);
            } else {
                drop(user);
            }
        }
    }

    private void drop(String oldest) {
        known.computeIfPresent(oldest, (user, one) -> {
            if (pinned.containsKey(user)) {
                return one.isOnline() ? one : Known.gone(clock.nanos());
            }
            return everyone && one.isOnline() ? Known.ONLINE : null;
        });
    }
}
