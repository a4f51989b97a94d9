package dev.presence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers reads from what this node knows, and asks the store for the rest. */
final class ViewReader {
    private final PresenceStore store;
    private final KnownUsers known;
    private final FeedFollower follower;
    private final StatusReader reader;
    private final PendingWrites pending;
    private final StoreTime time;
    private final Counters counters;

    ViewReader(
            PresenceStore store,
            KnownUsers known,
            FeedFollower follower,
            StatusReader reader,
            PendingWrites pending,
            StoreTime time,
            Counters counters) {
        this.store = store;
        this.known = known;
        this.follower = follower;
        this.reader = reader;
        this.pending = pending;
        this.time = time;
        this.counters = counters;
    }

    StatusBatch read(List<String> asked) {
        return follower.isViewing() && time.isKnown()
                ? readKnown(asked, follower.isBehind(store.clock().nanos()))
                : reader.read(asked);
    }

    /** What is known of these and can be kept; for a roster, view or not, which reads on and so is not behind. */
    StatusBatch readOrAsk(List<String> asked) {
        return time.isKnown() ? readKnown(asked, false) : ask(asked);
    }

    private StatusBatch readKnown(List<String> asked, boolean behind) {
        List<String> users = new ArrayList<>(asked); // once: the host may change its list meanwhile
        long[] own = pending.look(users); // before what is known: a flush may come in between
        long nanos = store.clock().nanos();
        long now = time.at(nanos);
        List<@Nullable UserStatus> answers = new ArrayList<>(users.size());
        List<String> missing = List.of();
        for (int i = 0; i < own.length; i++) {
            UserStatus answer = own[i] == PendingWrites.ENDS ? null : answer(users.get(i), nanos, now);
            if (answer != null && !answer.isOnline() && own[i] != Long.MIN_VALUE) {
                answer = reader.withOwnBeat(answer, own[i], now);
            }
            if (answer == null) {
                missing = missing.isEmpty() ? new ArrayList<>() : missing;
                missing.add(users.get(i));
            }
            answers.add(answer != null && behind ? answer.asStale() : answer);
        }
        return missing.isEmpty() ? new StatusBatch(now, present(answers)) : complete(users, answers, missing);
    }

    /** What is known, or null where the store has to be asked. */
    private @Nullable UserStatus answer(String user, long nanos, long now) {
        Known one = known.find(user);
        if (one == null || !one.answers(nanos)) {
            return null;
        }
        if (one != Known.ONLINE) {
            one.want();
        }
        return one.isOnline() ? UserStatus.of(user, Presence.ONLINE) : offline(user, one, now);
    }

    /** Of a user whose last transition was to this; with last seen where that is at hand. */
    UserStatus withKnownLastSeen(String user, Presence presence, long nanos, long now) {
        Known one = known.find(user);
        if (presence == Presence.OFFLINE && one != null && !one.isOnline() && one.answers(nanos)) {
            return offline(user, one, now);
        }
        return UserStatus.of(user, presence);
    }

    private UserStatus offline(String user, Known one, long now) {
        long seen = one.lastSeenMillis();
        boolean visible = seen != Known.NEVER
                && now - seen <= store.settings().retention().toMillis();
        return visible
                ? UserStatus.of(user, Presence.OFFLINE, seen, now - seen)
                : UserStatus.of(user, Presence.OFFLINE);
    }

    private StatusBatch complete(List<String> users, List<@Nullable UserStatus> answers, List<String> missing) {
        counters.add(Counter.VIEW_MISSES, missing.size());
        StatusBatch told = ask(missing);
        int next = 0;
        for (int i = 0; i < users.size(); i++) {
            if (answers.get(i) == null) {
                answers.set(i, told.statuses().get(next++));
            }
        }
        return new StatusBatch(told.nowMillis(), present(answers));
    }

    /** Asks the store, and keeps what it says. Offline users whom the feed knows to be online yet are answered so. */
    private StatusBatch ask(List<String> missing) {
        Map<String, Known> tokens = new HashMap<>();
        missing.forEach(user -> tokens.put(Ids.requireUser(user), known.begin(user)));
        try {
            StatusBatch told = reader.readStore(
                    missing,
                    raw -> raw.statuses().forEach(status -> {
                        Known token = tokens.remove(status.user());
                        if (token != null) {
                            known.fill(status.user(), token, status);
                        }
                    }));
            return new StatusBatch(
                    told.nowMillis(),
                    told.statuses().stream().map(ViewReader::asFollowed).toList());
        } catch (PresenceStoreUnavailableException e) {
            return recall(missing, e);
        } finally {
            tokens.forEach(known::abandon);
        }
    }

    private static UserStatus asFollowed(UserStatus status) {
        return status.isUnclaimed() ? UserStatus.of(status.user(), Presence.ONLINE) : status;
    }

    /** What is known without the store, if something is of each. */
    private StatusBatch recall(List<String> users, PresenceStoreUnavailableException failure) {
        long[] own = pending.look(users);
        long now = time.at(store.clock().nanos());
        List<UserStatus> answers = new ArrayList<>(users.size());
        for (int i = 0; i < own.length; i++) {
            String user = users.get(i);
            Known one = known.find(user);
            if ((one == null || one.state() == Known.State.ASKED) && !known.isEveryone()) {
                return reader.recall(users, failure);
            }
            boolean online = one != null && one.isOnline() && own[i] != PendingWrites.ENDS;
            UserStatus status = online
                    ? UserStatus.of(user, Presence.ONLINE)
                    : one == null ? UserStatus.of(user, Presence.OFFLINE) : offline(user, one, now);
            boolean beats = own[i] != PendingWrites.ENDS && own[i] != Long.MIN_VALUE && !online;
            answers.add((beats ? reader.withOwnBeat(status, own[i], now) : status).asStale());
        }
        return new StatusBatch(now, answers);
    }

    @SuppressWarnings("NullAway") // each place was filled
    private static List<UserStatus> present(List<@Nullable UserStatus> answers) {
        return Collections.unmodifiableList(answers);
    }
}
