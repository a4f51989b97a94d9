package dev.presence.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Writes transitions to the feed, in the transaction that makes them. Its number comes from the row of the group, which stays
 * locked until the commit: so numbers have no holes and are seen in their order. It is the last row that anybody locks.
 */
final class FeedWriter {
    private static final List<String> COLUMNS = List.of("grp", "seq", "at_ms", "node", "transitions");

    private final Tables tables;

    /** A user who went online or offline. */
    record Event(UserKey user, boolean online) {}

    FeedWriter(Tables tables) {
        this.tables = tables;
    }

    void write(Connection connection, int group, String node, long at, List<Event> events) throws SQLException {
        if (events.isEmpty()) {
            return;
        }
        long last = take(connection, group, events);
        List<List<Event>> rows = UserRows.parts(events, PackedTransitions.MOST);
        String sql = Dialect.insert(tables.feed(), COLUMNS, rows.size());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int place = 1;
            for (List<Event> row : rows) {
                last += row.size();
                statement.setInt(place++, group);
                statement.setLong(place++, last);
                statement.setLong(place++, at);
                statement.setString(place++, node);
                statement.setBytes(place++, PackedTransitions.pack(row));
            }
            statement.executeUpdate();
        }
    }

    /** Returns the last number before those that are taken now. */
    private long take(Connection connection, int group, List<Event> events) throws SQLException {
        long arrived = events.stream().filter(Event::online).count();
        try (PreparedStatement lock = connection.prepareStatement(
                        "SELECT last_seq FROM " + tables.group() + " WHERE grp = ? FOR UPDATE");
                PreparedStatement update = connection.prepareStatement("UPDATE " + tables.group()
                        + " SET last_seq = last_seq + ?, online_users = online_users + ? WHERE grp = ?")) {
            lock.setInt(1, group);
            try (ResultSet result = lock.executeQuery()) {
                if (!result.next()) {
                    throw new SQLException("the group is gone", "40001"); // with all data: made anew by who tries again
                }
                update.setLong(1, events.size());
                update.setLong(2, 2 * arrived - events.size());
                update.setInt(3, group);
                update.executeUpdate();
                return result.getLong(1);
            }
        }
    }
}
