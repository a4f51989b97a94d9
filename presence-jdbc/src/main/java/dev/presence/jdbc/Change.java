package dev.presence.jdbc;

import dev.presence.StoreReply;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Records writes of any kind on users of one group: locks their rows, works out in memory what the writes come to, and writes the
 * rows back with the transitions. One transaction, and a number of statements that does not depend on that of the users.
 */
final class Change {
    private final Agreement agreement;
    private final UserRows users;
    private final Buckets buckets;
    private final FeedWriter feed;

    /**
     * What came of it.
     *
     * @param verdict null if the nodes have to agree anew first
     * @param dropped sessions that went because their user had one too many
     * @param hasTransitions whether anybody came or went
     */
    record Outcome(StoreReply.@Nullable Verdict verdict, long now, int dropped, boolean hasTransitions) {
        static Outcome of(StoreReply.@Nullable Verdict verdict, long now) {
            return new Outcome(verdict, now, 0, false);
        }
    }

    Change(Agreement agreement) {
        this.agreement = agreement;
        users = new UserRows(agreement);
        buckets = new Buckets(agreement);
        feed = new FeedWriter(agreement.tables);
    }

    /**
     * Records them.
     *
     * @param sentAtMillis the fence
     */
    Outcome run(int group, WriteBatch batch, long sentAtMillis, NavigableMap<UserKey, List<Write>> writes) {
        return agreement.database.transaction(
                "recording", connection -> inTransaction(connection, group, batch, sentAtMillis, writes));
    }

    private Outcome inTransaction(
            Connection connection,
            int group,
            WriteBatch batch,
            long sentAtMillis,
            NavigableMap<UserKey, List<Write>> writes)
            throws SQLException {
        long asking = agreement.progress.epochs();
        GroupRow row = agreement.read(connection, group);
        if (row == null) {
            return Outcome.of(null, 0);
        }
        if (StoreReply.fence(row.now, sentAtMillis) == StoreReply.Verdict.LATE) {
            return Outcome.of(StoreReply.Verdict.LATE, row.now);
        }
        if (!agreement.isCurrent(row)) {
            return Outcome.of(null, row.now);
        }
        Moment moment = row.moment(agreement.reckoning);
        Map<UserKey, StoredUser> before = users.lock(connection, group, List.copyOf(writes.keySet()));
        Map<UserKey, StoredUser> changed = new TreeMap<>();
        NavigableMap<Integer, Long> due = new TreeMap<>();
        List<FeedWriter.Event> events = new ArrayList<>();
        int dropped = 0;
        for (Map.Entry<UserKey, List<Write>> one : writes.entrySet()) {
            UserKey user = one.getKey();
            StoredUser old = before.get(user);
            if (old == null) {
                throw new SQLException("a row was removed while it was made", "40001");
            }
            UserState state = new UserState(old, moment);
            for (Write write : one.getValue()) {
                long stamp = Math.min(moment.now(), batch.madeAtMillis() - write.ageMillis());
                state.apply(write.kind(), write.session(), stamp);
            }
            dropped += state.dropped();
            StoredUser now = state.toStore();
            if (!now.equals(old) || now.isNobody()) {
                changed.put(user, now);
            }
            if (now.online() != old.online()) {
                events.add(new FeedWriter.Event(user, now.online()));
            }
            noteDue(due, user, old, now, moment);
        }
        users.write(connection, group, changed);
        buckets.lower(connection, group, due);
        long number = feed.write(connection, group, batch.node(), moment.now(), events);
        if (number > 0) {
            agreement.progress.note(group, row.epoch, number, asking);
        }
        return new Outcome(StoreReply.Verdict.DONE, moment.now(), dropped, !events.isEmpty());
    }

    /** Where somebody may lapse earlier than a sweep could know, or who may outlive the retention is new. */
    private static void noteDue(
            NavigableMap<Integer, Long> due, UserKey user, StoredUser old, StoredUser now, Moment moment) {
        if (now.online() && (!old.online() || now.beat() < old.beat())) {
            due.merge(user.bucket(), now.beat() + moment.claimDelay() + 1, Math::min);
        } else if (old.isNobody() && !now.isNobody()) {
            due.merge(user.bucket(), Long.MAX_VALUE, Math::min);
        }
    }
}
