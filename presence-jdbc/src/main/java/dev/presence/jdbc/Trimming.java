package dev.presence.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Removes what outlived its time, a little with each sweep: old transitions, last seen beyond the retention, and tombstones. It
 * waits for nobody. How exactly it keeps to the times does not matter, since answers do not tell what is older. Used once.
 */
final class Trimming {
    /** So many transitions are kept for readers that were away; one that was for longer lists the online users again. */
    static final int MOST_ENTRIES = 50_000;

    private static final long LONGEST_MILLIS = 3_600_000; // after that a forgotten user is out of the feed too
    private static final int MOST_ROWS = 1_000;
    private static final int MOST_DELETED = 10_000;
    private static final int MOST_BUCKETS = 16;
    private static final int LOOKS = 16; // in a retention

    private final Agreement agreement;
    private final GroupRow row;

    Trimming(Agreement agreement, GroupRow row) {
        this.agreement = agreement;
        this.row = row;
    }

    void run() {
        trimFeed();
        agreement.database.transaction("removing what outlived its retention", this::trimUsers);
    }

    private void trimFeed() {
        long trimmed = row.trimmed;
        long enough = row.last - MOST_ENTRIES;
        if (trimmed >= row.last || (trimmed >= enough && !isOld(trimmed + 1))) {
            return;
        }
        agreement.database.transaction("trimming the feed", connection -> {
            long until = Math.max(Math.min(enough, trimmed + MOST_DELETED), lastOld(connection, trimmed));
            try (PreparedStatement delete = connection.prepareStatement(
                            "DELETE FROM " + agreement.tables.feed() + " WHERE grp = ? AND seq <= ?");
                    PreparedStatement note = connection.prepareStatement("UPDATE " + agreement.tables.group()
                            + " SET trimmed_seq = ? WHERE grp = ? AND epoch = ? AND trimmed_seq < ?")) {
                delete.setInt(1, row.group);
                delete.setLong(2, until);
                note.setLong(1, until);
                note.setInt(2, row.group);
                note.setLong(3, row.epoch);
                note.setLong(4, until);
                return delete.executeUpdate() + note.executeUpdate();
            }
        });
    }

    private boolean isOld(long number) {
        return agreement.database.single("looking at the oldest transition", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT at_ms FROM " + agreement.tables.feed() + " WHERE grp = ? AND seq = ?")) {
                statement.setInt(1, row.group);
                statement.setLong(2, number);
                try (ResultSet result = statement.executeQuery()) {
                    return result.next() && result.getLong(1) < row.now - LONGEST_MILLIS;
                }
            }
        });
    }

    private long lastOld(Connection connection, long trimmed) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT MAX(seq) FROM " + agreement.tables.feed()
                + " WHERE grp = ? AND seq > ? AND seq <= ? AND at_ms < ?")) {
            statement.setInt(1, row.group);
            statement.setLong(2, trimmed);
            statement.setLong(3, trimmed + MOST_DELETED);
            statement.setLong(4, row.now - LONGEST_MILLIS);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return Math.max(trimmed, result.getLong(1));
            }
        }
    }

    private int trimUsers(Connection connection) throws SQLException {
        Buckets buckets = new Buckets(agreement);
        UserRows users = new UserRows(agreement);
        Set<Integer> due = buckets.lockDue(connection, row.group, "trim_due", row.now, MOST_BUCKETS);
        if (due.isEmpty()) {
            return 0;
        }
        Moment moment = row.moment(agreement.reckoning);
        Map<UserKey, StoredUser> rows = users.lockSome(
                connection,
                row.group,
                due,
                "online = FALSE AND (beat < ? OR more IS NOT NULL)",
                row.now - row.settings.retention().toMillis(),
                MOST_ROWS);
        Map<UserKey, StoredUser> changed = new TreeMap<>();
        rows.forEach((user, stored) -> {
            StoredUser left = new UserState(stored, moment).toStore();
            if (!left.equals(stored) || left.isNobody()) {
                changed.put(user, left);
            }
        });
        users.write(connection, row.group, changed);
        if (rows.size() < MOST_ROWS) {
            buckets.putTrim(connection, row.group, due, row.now + pauseMillis());
        }
        return rows.size();
    }

    private long pauseMillis() {
        long retention = row.settings.retention().toMillis();
        return Math.min(LONGEST_MILLIS, Math.max(row.settings.timeout().toMillis(), retention / LOOKS));
    }
}
