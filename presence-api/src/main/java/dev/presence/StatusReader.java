package dev.presence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers reads from a store that does I/O: one query per distinct id, with this tracker's own pending writes in sight. */
final class StatusReader {
    private static final int MOST_REMEMBERED = 100_000;

    private final PresenceStore store;
    private final SharedReads shared;
    private final PendingWrites pending;
    private final Flusher flusher;
    private final StoreTime time;
    private final Outage outage;
    private final Counters counters;
    private final @Nullable Map<String, UserStatus> lastKnown; // guarded by itself

    StatusReader(
            PresenceStore store,
            PendingWrites pending,
            Flusher flusher,
            StoreTime time,
            Outage outage,
            Counters counters,
            WhenUnavailable whenUnavailable) {
        this.store = store;
        shared = SharedReads.of(store);
        this.pending = pending;
        this.flusher = flusher;
        this.time = time;
        this.outage = outage;
        this.counters = counters;
        this.lastKnown = whenUnavailable == WhenUnavailable.FAIL
                ? null
                : new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, UserStatus> eldest) {
                        return size() > MOST_REMEMBERED;
                    }
                };
    }

    StatusBatch read(List<String> asked) {
        List<String> users = new ArrayList<>(asked); // once: the host may change its list meanwhile
        users.forEach(Ids::requireUser);
        try {
            return readStore(users, raw -> {});
        } catch (PresenceStoreUnavailableException e) {
            return recall(users, e);
        }
    }

    /** The last known answers, if they are wanted and the store did not answer. */
    StatusBatch recall(List<String> users, PresenceStoreUnavailableException failure) {
        Map<String, UserStatus> remembered = lastKnown;
        if (remembered == null) {
            throw failure;
        }
        return readMemory(users, remembered);
    }

    void forget(String user) {
        Map<String, UserStatus> remembered = lastKnown;
        if (remembered != null) {
            synchronized (remembered) {
                remembered.remove(user);
            }
        }
    }

    /** Asks the store; hands over what it says before own writes are seen in it. */
    StatusBatch readStore(List<String> users, Consumer<StatusBatch> raw) {
        try {
            return readOnce(users, raw);
        } catch (PresenceStoreUnavailableException e) {
            counters.increment(Counter.READ_FAILURES);
            outage.failed(Outage.Activity.READ, e);
            throw e;
        }
    }

    private StatusBatch readOnce(List<String> users, Consumer<StatusBatch> raw) {
        if (users.stream().anyMatch(pending::hasEnd)) {
            flusher.flush(); // only the store knows whether another session of the user lives on
        }
        Set<String> distinct = new LinkedHashSet<>(users);
        Map<String, Long> ownBeats = ownBeats(distinct); // before the store is asked: a flush may come in between
        List<String> ids = List.copyOf(distinct);
        // While the store is away nobody waits for the question of another.
        StatusBatch batch =
                outage.isOn() || ids.size() >= SharedReads.MOST_USERS ? store.statuses(ids) : shared.statuses(ids);
        time.observe(batch.nowMillis());
        outage.worked(Outage.Activity.READ);
        raw.accept(batch);
        Map<String, UserStatus> answers = new HashMap<>();
        for (UserStatus status : batch.statuses()) {
            answers.put(status.user(), withOwnBeat(status, ownBeats.get(status.user()), batch.nowMillis()));
        }
        Map<String, UserStatus> remembered = lastKnown;
        if (remembered != null) {
            synchronized (remembered) {
                remembered.putAll(answers);
            }
        }
        return inAskedOrder(users, answers, batch.nowMillis());
    }

    private StatusBatch readMemory(List<String> users, Map<String, UserStatus> remembered) {
        long now =
                time.isKnown() ? time.at(store.clock().nanos()) : store.clock().millis();
        Map<String, Long> ownBeats = ownBeats(users);
        Map<String, UserStatus> answers = new HashMap<>();
        for (String user : users) {
            UserStatus known;
            synchronized (remembered) {
                known = remembered.getOrDefault(user, UserStatus.of(user, Presence.OFFLINE));
            }
            Presence presence = pending.hasEnd(user) ? Presence.OFFLINE : known.presence();
            UserStatus current = known.lastSeen()
                    .map(at -> UserStatus.of(user, presence, at.toEpochMilli(), now - at.toEpochMilli()))
                    .orElse(UserStatus.of(user, presence));
            answers.put(user, withOwnBeat(current, ownBeats.get(user), now).asStale());
        }
        return inAskedOrder(users, answers, now);
    }

    private Map<String, Long> ownBeats(Collection<String> users) {
        Map<String, Long> beats = new HashMap<>();
        for (String user : users) {
            long beat = pending.newestLiveBeat(user);
            if (beat != Long.MIN_VALUE) {
                beats.put(user, beat);
            }
        }
        return beats;
    }

    /** R17: what this tracker accepted, it sees. */
    UserStatus withOwnBeat(UserStatus status, @Nullable Long beatNanos, long nowMillis) {
        if (beatNanos == null) {
            return status;
        }
        long age = Math.max(0, (store.clock().nanos() - beatNanos) / 1_000_000L);
        boolean bringsOnline =
                !status.isOnline() && age <= store.settings().timeout().toMillis();
        boolean newer = status.age().map(known -> age < known.toMillis()).orElse(true);
        if (!bringsOnline && !newer) {
            return status;
        }
        Presence presence = bringsOnline ? Presence.ONLINE : status.presence();
        UserStatus own = UserStatus.of(status.user(), presence, nowMillis - age, age);
        return status.isUnclaimed() && !bringsOnline ? own.asUnclaimed() : own;
    }

    private static StatusBatch inAskedOrder(List<String> users, Map<String, UserStatus> answers, long nowMillis) {
        List<UserStatus> ordered = new ArrayList<>(users.size());
        for (String user : users) {
            UserStatus answer = answers.get(user);
            if (answer == null) {
                throw new PresenceStoreException("the store left out one of the users it was asked for");
            }
            ordered.add(answer);
        }
        return new StatusBatch(nowMillis, ordered);
    }
}
