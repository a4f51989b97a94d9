package dev.presence.jdbc;

import dev.presence.WriteBatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Claims those who lapsed in buckets that are due. A bucket is locked while it is looked at, so that whoever comes online meanwhile
 * lowers its due time afterwards. A user whose row is locked is beating: it is left alone, and its bucket stays due.
 *
 * <p>Users of a bucket lie all over the table: a look at a hundred buckets reads hardly more pages than one at twenty. So those
 * that are due before long are looked at along with those that are.
 *
 * <p>In a crowd, where nearly every bucket has somebody who lapsed, all rows are looked through for them: that costs about what a
 * look at a third of the buckets does. No bucket is locked then, since all stay due until the crowd is over.
 */
final class Claims {
    /** So many claims in one sweep without a crowd, for which the beats of these users wait; as many make one. */
    static final int CROWD = 1_000;

    private static final int MOST_BUCKETS = 128;
    private static final int AHEAD = 8; // parts of a timeout
    private static final Set<Integer> ANY_BUCKET = Set.of();

    private final Agreement agreement;
    private final int group;
    private final String node;
    private final boolean isCrowd;
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

    /**
     * Makes claims in one group.
     *
     * @param isCrowd whether so many lapsed that there is no need to look for them
     */
    Claims(Agreement agreement, int group, String node, boolean isCrowd) {
        this.agreement = agreement;
        this.group = group;
        this.node = node;
        this.isCrowd = isCrowd;
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
            if (isCrowd) {
                return mayClaim(first) ? crowd(connection, first, flush, limit) : Round.NOTHING;
            }
            long until = first.now - flush;
            long ahead = first.settings.timeout().toMillis() / AHEAD;
            NavigableMap<Integer, Long> due = buckets.lockDue(connection, group, "due", until + ahead, MOST_BUCKETS);
            if (due.values().stream().noneMatch(time -> time <= until)) {
                return Round.NOTHING;
            }
            GroupRow row = agreement.read(connection, group); // by what is agreed on now that they are locked
            return row == null || !mayClaim(row)
                    ? Round.NOTHING
                    : look(connection, row, due.keySet(), flush, limit, due.size() == MOST_BUCKETS);
        });
    }

    private boolean mayClaim(GroupRow row) {
        return agreement.isCurrent(row) && row.now > row.quietUntil && !isLate(row);
    }

    /** A claim belongs to the sweep that was noted just before: what comes later may have slept through the beats of others. */
    private static boolean isLate(GroupRow row) {
        return row.now - row.swept > WriteBatch.FENCE_MILLIS;
    }

    private Round crowd(Connection connection, GroupRow row, long flush, int limit) throws SQLException {
        Moment moment = row.moment(agreement.reckoning);
        List<FeedWriter.Event> events =
                claim(connection, moment, ANY_BUCKET, row.now - moment.claimDelay() - flush, limit);
        feed.write(connection, group, node, row.now, events);
        return new Round(
                events.size(), events.size() < CROWD || events.size() == limit); // few: it is over, and looks follow
    }

    private Round look(
            Connection connection, GroupRow row, Set<Integer> due, long flush, int limit, boolean mayHaveMore)
            throws SQLException {
        Moment moment = row.moment(agreement.reckoning);
        long cutoff = row.now - moment.claimDelay() - flush;
        Map<Integer, Buckets.Beats> beats = buckets.beats(connection, group, due, cutoff);
        Set<Integer> lapsed = lapsed(beats);
        List<FeedWriter.Event> events = lapsed.isEmpty() ? List.of() : claim(connection, moment, lapsed, cutoff, limit);
        Map<Integer, Integer> claimed = new HashMap<>();
        events.forEach(event -> claimed.merge(event.user().bucket(), 1, Integer::sum));
        NavigableMap<Integer, Long> next = new TreeMap<>();
        boolean hasAdvanced = false;
        for (int bucket : due) {
            Buckets.Beats found = beats.getOrDefault(bucket, Buckets.Beats.NOBODY);
            boolean isLeft = found.lapsed() > claimed.getOrDefault(bucket, 0);
            long beat = isLeft ? found.oldest() : found.young();
            next.put(bucket, beat == Buckets.Beats.NONE ? Long.MAX_VALUE : beat + moment.claimDelay() + 1);
            hasAdvanced |= !isLeft;
        }
        buckets.put(connection, group, next);
        feed.write(connection, group, node, row.now, events);
        return new Round(events.size(), !events.isEmpty() || (hasAdvanced && mayHaveMore));
    }

    private static Set<Integer> lapsed(Map<Integer, Buckets.Beats> beats) {
        Set<Integer> lapsed = new TreeSet<>();
        beats.forEach((bucket, found) -> {
            if (found.lapsed() > 0) {
                lapsed.add(bucket);
            }
        });
        return lapsed;
    }

    private List<FeedWriter.Event> claim(
            Connection connection, Moment moment, Set<Integer> lapsed, long cutoff, int limit) throws SQLException {
        Map<UserKey, StoredUser> rows =
                users.lockSome(connection, group, lapsed, "online = TRUE AND beat < ?", limit, cutoff);
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
