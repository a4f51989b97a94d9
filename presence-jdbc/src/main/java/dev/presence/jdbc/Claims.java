package dev.presence.jdbc;

import dev.presence.WriteBatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Claims those who lapsed in buckets that are due. A bucket is locked while it is looked at, so that whoever comes online meanwhile
 * lowers its due time afterwards. A user whose row is locked is beating: it is left alone, and its bucket stays due.
 */
final class Claims {
    private static final int MOST_BUCKETS = 32;

    private final Agreement agreement;
    private final int group;
    private final String node;
    private final Buckets buckets;
    private final UserRows users;
    private final FeedWriter feed;

    /**
     * What came of some buckets.
     *
     * @param mayHaveMore whether there may be more that can be done now
     */
    record Round(int claimed, boolean mayHaveMore) {
        static final Round NOTHING = new Round(0, false);
    }

    Claims(Agreement agreement, int group, String node) {
        this.agreement = agreement;
        this.group = group;
        this.node = node;
        buckets = new Buckets(agreement);
        users = new UserRows(agreement);
        feed = new FeedWriter(agreement.tables);
    }

    Round run(long flush, int limit) {
        return agreement.database.transaction("claiming", connection -> {
            GroupRow first = agreement.read(connection, group);
            if (first == null) {
                return Round.NOTHING;
            }
            Set<Integer> due = buckets.lockDue(connection, group, "due", first.now - flush, MOST_BUCKETS);
            if (due.isEmpty()) {
                return Round.NOTHING;
            }
            GroupRow row = agreement.read(connection, group); // by what is agreed on now that they are locked
            return row == null || !agreement.isCurrent(row) || row.now <= row.quietUntil || isLate(row)
                    ? Round.NOTHING
                    : look(connection, row, due, flush, limit);
        });
    }

    /** A claim belongs to the sweep that was noted just before: what comes later may have slept through the beats of others. */
    private static boolean isLate(GroupRow row) {
        return row.now - row.swept > WriteBatch.FENCE_MILLIS;
    }

    private Round look(Connection connection, GroupRow row, Set<Integer> due, long flush, int limit)
            throws SQLException {
        Moment moment = row.moment(agreement.reckoning);
        long cutoff = row.now - moment.claimDelay() - flush;
        NavigableMap<Integer, Long> oldest = buckets.oldestBeats(connection, group, due);
        Set<Integer> lapsed = new TreeSet<>();
        oldest.forEach((bucket, beat) -> {
            if (beat < cutoff) {
                lapsed.add(bucket);
            }
        });
        List<FeedWriter.Event> events = List.of();
        if (!lapsed.isEmpty()) {
            events = claim(connection, moment, lapsed, cutoff, limit);
            lapsed.forEach(oldest::remove);
            oldest.putAll(buckets.oldestBeats(connection, group, lapsed));
        }
        NavigableMap<Integer, Long> next = new TreeMap<>();
        boolean hasAdvanced = false;
        for (int bucket : due) {
            Long beat = oldest.get(bucket);
            next.put(bucket, beat == null ? Long.MAX_VALUE : beat + moment.claimDelay() + 1);
            hasAdvanced |= beat == null || beat >= cutoff;
        }
        buckets.put(connection, group, next);
        feed.write(connection, group, node, row.now, events);
        return new Round(events.size(), !events.isEmpty() || (hasAdvanced && due.size() == MOST_BUCKETS));
    }

    private List<FeedWriter.Event> claim(
            Connection connection, Moment moment, Set<Integer> lapsed, long cutoff, int limit) throws SQLException {
        Map<UserKey, StoredUser> rows =
                users.lockSome(connection, group, lapsed, "online = TRUE AND beat < ?", cutoff, limit);
        List<UserKey> plain = new ArrayList<>();
        Map<UserKey, StoredUser> others = new TreeMap<>();
        List<FeedWriter.Event> events = new ArrayList<>();
        rows.forEach((user, row) -> {
            if (row.more() == null && !moment.isForgotten(row.beat())) {
                plain.add(user);
            } else {
                UserState state = new UserState(row, moment);
                state.lapse(moment.now() - cutoff);
                others.put(user, state.toStore());
            }
            events.add(new FeedWriter.Event(user, false));
        });
        users.turnOffline(connection, group, plain);
        users.write(connection, group, others);
        return events;
    }
}
