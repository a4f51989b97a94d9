package dev.presence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The rosters of one tracker, and who is in them. Who is added to one is read first, then followed from where the feed stands. */
final class Rosters {
    private final FeedFollower follower;
    private final ViewReader reader;
    private final KnownUsers known;
    private final StoreTime time;
    private final PresenceClock clock;
    private final Counters counters;
    private final FeedPoll judging;
    private final Set<Roster> open = ConcurrentHashMap.newKeySet();
    private final Map<String, List<Roster>> byUser = new HashMap<>(); // guarded by the follower's lock

    Rosters(
            FeedFollower follower,
            ViewReader reader,
            KnownUsers known,
            StoreTime time,
            PresenceClock clock,
            Counters counters) {
        this.follower = follower;
        this.reader = reader;
        this.known = known;
        this.time = time;
        this.clock = clock;
        this.counters = counters;
        judging = new FeedPoll(clock, () -> !open.isEmpty(), this::judge);
    }

    Roster open(Collection<String> users, RosterListener listener) {
        Roster roster = new Roster(listener, this, clock, counters);
        open.add(roster);
        judging.start();
        try {
            watch(roster, users);
        } catch (RuntimeException | Error e) {
            roster.close();
            throw e;
        }
        return roster;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    void watch(Roster roster, Collection<String> users) {
        List<String> added = new ArrayList<>(new LinkedHashSet<>(users));
        added.forEach(Ids::requireUser);
        added.removeIf(roster::has);
        follower.begin();
        StatusBatch read = reader.readOrAsk(added);
        follower.atTheEnd(() -> {
            if (roster.isClosed()) {
                throw new IllegalStateException("the roster is closed");
            }
            added.removeIf(roster::has); // by another call
            pin(added);
            boolean stale = isStale();
            roster.add(snapshot(read, added, stale), stale);
            added.forEach(user ->
                    byUser.computeIfAbsent(user, id -> new ArrayList<>(1)).add(roster));
        });
    }

    /** Has users followed whose state is known, or will be. Called at the end of the feed, with the follower's lock. */
    private void pin(List<String> users) {
        List<String> strangers = known.isEveryone()
                ? List.of()
                : users.stream().filter(known::isUnknown).toList();
        Set<String> online =
                follower.onlineOf(strangers); // an answer that was not kept: it is stale, or a write was newer
        users.forEach(user -> known.pin(user, online.contains(user) ? Presence.ONLINE : Presence.OFFLINE));
        if (strangers.isEmpty()) {
            return;
        }
        try {
            follower.atTheEnd(() -> {});
        } catch (RuntimeException | Error e) {
            users.forEach(known::unpin); // nobody watches them
            throw e;
        }
    }

    /** Whether what rosters were told may be out of date. */
    private boolean isStale() {
        return follower.isStale() || follower.isBehind(clock.nanos());
    }

    /** Tells rosters when that changes. Takes no lock that is held while the store is asked: it may hang. */
    private void judge() {
        boolean stale = isStale();
        long now = now();
        open.forEach(roster -> roster.turnStale(stale, now));
    }

    private long now() {
        return time.isKnown() ? time.at(clock.nanos()) : clock.millis();
    }

    /** All that is told of users whose last transitions were to these. Takes no lock. */
    StatusBatch all(Map<String, Presence> users, boolean stale, long nowMillis) {
        long nanos = clock.nanos();
        List<UserStatus> statuses = new ArrayList<>(users.size());
        users.forEach((user, presence) -> {
            UserStatus status = reader.withKnownLastSeen(user, presence, nanos, nowMillis);
            statuses.add(stale ? status.asStale() : status);
        });
        return new StatusBatch(nowMillis, statuses);
    }

    /** As far as the feed was read; with last seen where that was read in the same state. */
    private StatusBatch snapshot(StatusBatch read, List<String> users, boolean stale) {
        Map<String, UserStatus> details = new HashMap<>();
        read.statuses().forEach(status -> details.put(status.user(), status));
        List<UserStatus> statuses = new ArrayList<>(users.size());
        for (String user : users) {
            Presence presence = known.isOnline(user) ? Presence.ONLINE : Presence.OFFLINE;
            UserStatus detail = details.get(user);
            UserStatus status =
                    detail != null && detail.presence() == presence ? detail : UserStatus.of(user, presence);
            statuses.add(stale || (detail != null && detail.isStale()) ? status.asStale() : status);
        }
        return new StatusBatch(read.nowMillis(), statuses);
    }

    void unwatch(Roster roster, Collection<String> users) {
        List<String> dropped = roster.drop(users);
        follower.leave(() -> forget(roster, dropped));
    }

    private void forget(Roster roster, List<String> users) {
        for (String user : users) {
            byUser.computeIfPresent(user, (id, watching) -> {
                watching.remove(roster);
                return watching.isEmpty() ? null : watching;
            });
            known.unpin(user);
        }
    }

    void closed(Roster roster) {
        follower.leave(() -> {
            forget(roster, roster.drop(roster.users())); // those included that were added up to now
            if (open.remove(roster)) {
                follower.narrow();
            }
        });
    }

    /** Called with the follower's lock. */
    void tell(Transition transition) {
        List<Roster> watching = byUser.get(transition.user());
        if (watching != null) {
            long now = time.isKnown() ? time.at(clock.nanos()) : transition.at().toEpochMilli();
            watching.forEach(roster -> roster.turn(transition, now));
        }
    }

    void close() {
        List.copyOf(open).forEach(Roster::close);
    }
}
