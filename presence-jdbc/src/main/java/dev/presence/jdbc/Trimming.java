package dev.presence.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Removes what outlived its time, in small batches for a little while with each sweep: old transitions, last seen beyond the
 * retention, and tombstones. It waits for nobody. How exactly it keeps to the times does not matter, since answers do not tell what
 * is older. Used once.
 */
final class Trimming {
    /** So many transitions are kept for readers that were away; one that was for longer lists the online users again. */
    static final int MOST_ENTRIES = 50_000;

    /** In one batch of users. */
    static final int MOST_ROWS = 1_000;

    /** Of those who have been looked at together. */
    static final int MOST_BUCKETS = 16;

    private static final long LONGEST_MILLIS = 3_600_000; // after that a forgotten user is out of the feed too
    private static final int MOST_FEED_ROWS = 100; // in one batch
    private static final long BUDGET_MILLIS = 200; // in one sweep of all groups
    private static final int LOOKS = 16; // in a retention

    private final Agreement agreement;
    private final GroupRow row;
    private long trimmed;

    Trimming(Agreement agreement, GroupRow row) {
        this.agreement = agreement;
        this.row = row;
        trimmed = row.trimmed;
    }

    void run() {
        long end = agreement.reckoning.elapsedMillis() + Math.max(1, BUDGET_MILLIS / agreement.groups());
        boolean hasMore = true;
        while (hasMore && agreement.reckoning.elapsedMillis() < end) {
            hasMore = trimFeed();
        }
        do {
            hasMore = agreement.database.transaction("removing what outlived its retention", this::trimUsers);
        } while (hasMore && agreement.reckoning.elapsedMillis() < end);
    }

    /** Returns whether there may be more to remove. */
    private boolean trimFeed() {
        if (trimmed >= row.last) {
            return false;
        }
        long before = trimmed;
        boolean isFull = agreement.database.single("looking at the oldest transitions", this::findOld);
        return trimmed > before && agreement.database.transaction("trimming the feed", this::delete) && isFull;
    }

    /** Finds up to where a batch can be removed. Returns whether it is as large as one may be. */
    private boolean findOld(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT seq, at_ms FROM "
                + agreement.tables.feed() + " WHERE grp = ? AND seq > ? ORDER BY seq LIMIT " + MOST_FEED_ROWS)) {
            statement.setInt(1, row.group);
            statement.setLong(2, trimmed);
            try (ResultSet result = statement.executeQuery()) {
                int count = 0;
                while (result.next() && isOld(result.getLong(1), result.getLong(2))) {
                    trimmed = result.getLong(1);
                    count++;
                }
                return count == MOST_FEED_ROWS;
            }
        }
    }

    private boolean isOld(long number, long atMillis) {
        return number <= row.last - MOST_ENTRIES || atMillis < row.now - LONGEST_MILLIS;
    }

    /** Removes nothing if the numbers are others by now, or another node did it. Returns whether it was done here. */
    private boolean delete(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                        "DELETE FROM " + agreement.tables.feed() + " WHERE grp = ? AND seq <= ?");
                PreparedStatement note = connection.prepareStatement("UPDATE " + agreement.tables.group()
                        + " SET trimmed_seq = ? WHERE grp = ? AND epoch = ? AND trimmed_seq < ?")) {
            delete.setInt(1, row.group);
            delete.setLong(2, trimmed);
            delete.executeUpdate();
            note.setLong(1, trimmed);
            note.setInt(2, row.group);
            note.setLong(3, row.epoch);
            note.setLong(4, trimmed);
            boolean isDone = note.executeUpdate() > 0;
            if (!isDone) {
                connection.rollback();
            }
            return isDone;
        }
    }

    /** Returns whether there may be more to remove. */
    private boolean trimUsers(Connection connection) throws SQLException {
        Buckets buckets = new Buckets(agreement);
        UserRows users = new UserRows(agreement);
        Set<Integer> due = buckets.lockDue(connection, row.group, "trim_due", row.now, MOST_BUCKETS)
                .keySet();
        if (due.isEmpty()) {
            return false;
        }
        Moment moment = row.momentAgain(agreement.reckoning);
        Map<UserKey, StoredUser> rows = users.lockSome(
                connection,
                row.group,
                due,
                "online = FALSE AND (beat < ? OR (more IS NOT NULL AND beat < ?))", // a tombstone is not older than its
                // beat
                MOST_ROWS,
                row.now - row.settings.retention().toMillis(),
                row.now - moment.timeout());
        Map<UserKey, StoredUser> changed = new TreeMap<>();
        rows.forEach((user, stored) -> {
            StoredUser left = new UserState(stored, moment).toStore();
            if (!left.equals(stored) || left.isNobody()) {
                changed.put(user, left);
            }
        });
        users.write(connection, row.group, changed);
        boolean mayHaveMore = rows.size() == MOST_ROWS && !changed.isEmpty(); // else it would be the same ones again
        if (!mayHaveMore) {
            buckets.putTrim(connection, row.group, due, row.now + pauseMillis());
        }
        return mayHaveMore || due.size() == MOST_BUCKETS;
    }

    private long pauseMillis() {
        long retention = row.settings.retention().toMillis();
        return Math.min(LONGEST_MILLIS, Math.max(row.settings.timeout().toMillis(), retention / LOOKS));
    }
}
