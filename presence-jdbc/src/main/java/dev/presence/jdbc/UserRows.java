package dev.presence.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Statements on the rows of users, each for many users, and within one group. */
final class UserRows {
    static final List<String> COLUMNS = List.of("user_id", "grp", "bucket", "beat", "online", "came", "more");

    /** Below the number of parameters that any of the databases takes in one statement. */
    private static final int MOST_ROWS = 4_096;

    private final Dialect dialect;
    private final String table;
    private final Agreement agreement;

    UserRows(Agreement agreement) {
        this.agreement = agreement;
        dialect = agreement.dialect;
        table = agreement.tables.user();
    }

    /** Locks the rows of these users, in order, and makes those that are missing. */
    Map<UserKey, StoredUser> lock(Connection connection, int group, List<UserKey> sorted) throws SQLException {
        Map<UserKey, StoredUser> rows = lockExisting(connection, group, sorted);
        List<UserKey> missing =
                sorted.stream().filter(user -> !rows.containsKey(user)).toList();
        if (!missing.isEmpty()) {
            List<String> columns = COLUMNS.subList(0, COLUMNS.size() - 1);
            for (List<UserKey> part : parts(missing)) {
                String sql = dialect.upsert(table, columns, "user_id", part.size());
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    int place = 1;
                    for (UserKey user : part) {
                        place = bind(statement, place, user, StoredUser.NOBODY);
                    }
                    statement.executeUpdate();
                }
            }
            rows.putAll(lockExisting(connection, group, missing));
        }
        return rows;
    }

    private Map<UserKey, StoredUser> lockExisting(Connection connection, int group, List<UserKey> sorted)
            throws SQLException {
        Map<UserKey, StoredUser> rows = new HashMap<>();
        for (List<UserKey> part : parts(sorted)) {
            String sql = "SELECT user_id, beat, online, more FROM " + table + " WHERE grp = ? AND user_id IN "
                    + Dialect.places(part.size()) + " ORDER BY user_id FOR UPDATE";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setInt(1, group);
                bindIds(statement, 2, part);
                rows.putAll(read(statement));
            }
        }
        return rows;
    }

    private Map<UserKey, StoredUser> read(PreparedStatement statement) throws SQLException {
        Map<UserKey, StoredUser> rows = new TreeMap<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                UserKey user = agreement.key(new String(result.getBytes(1), UTF_8));
                rows.put(user, new StoredUser(result.getLong(2), result.getBoolean(3), result.getBytes(4)));
            }
        }
        return rows;
    }

    /** Locks at most so many rows that nobody else has locked, of no buckets those of any; the condition has a place for each bound. */
    Map<UserKey, StoredUser> lockSome(
            Connection connection, int group, Collection<Integer> buckets, String condition, int limit, long... bounds)
            throws SQLException {
        String where = buckets.isEmpty() ? "" : "bucket IN " + Dialect.places(buckets.size()) + " AND ";
        String sql = "SELECT user_id, beat, online, more FROM " + table + " WHERE grp = ? AND " + where + condition
                + " LIMIT " + limit + agreement.layer.lockFree();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, group);
            int place = buckets.isEmpty() ? 2 : bindInts(statement, 2, buckets);
            for (long bound : bounds) {
                statement.setLong(place++, bound);
            }
            return read(statement);
        } catch (SQLException e) {
            throw agreement.layer.failure(e);
        }
    }

    /** Writes rows that are locked; what there is nothing to say of goes. */
    void write(Connection connection, int group, Map<UserKey, StoredUser> rows) throws SQLException {
        List<UserKey> gone = new ArrayList<>();
        List<UserKey> kept = new ArrayList<>();
        rows.forEach((user, row) -> (row.isNobody() ? gone : kept).add(user));
        for (List<UserKey> part : parts(kept)) {
            String sql = dialect.upsert(
                    table,
                    COLUMNS,
                    "user_id",
                    part.size(),
                    "beat = new.beat",
                    "online = new.online",
                    "came = new.came",
                    "more = new.more");
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int place = 1;
                for (UserKey user : part) {
                    StoredUser row = rows.getOrDefault(user, StoredUser.NOBODY);
                    place = bind(statement, place, user, row);
                    byte[] more = row.more();
                    if (more == null) {
                        statement.setNull(place++, Types.VARBINARY);
                    } else {
                        statement.setBytes(place++, more);
                    }
                }
                statement.executeUpdate();
            }
        }
        execute(connection, "DELETE FROM " + table + " WHERE grp = ? AND user_id IN ", group, gone);
    }

    /** Turns users offline who have nothing but a beat, which stays as their last seen. */
    void turnOffline(Connection connection, int group, List<UserKey> users) throws SQLException {
        execute(connection, "UPDATE " + table + " SET online = FALSE WHERE grp = ? AND user_id IN ", group, users);
    }

    private void execute(Connection connection, String sql, int group, List<UserKey> users) throws SQLException {
        for (List<UserKey> part : parts(users)) {
            try (PreparedStatement statement = connection.prepareStatement(sql + Dialect.places(part.size()))) {
                statement.setInt(1, group);
                bindIds(statement, 2, part);
                statement.executeUpdate();
            }
        }
    }

    private static int bind(PreparedStatement statement, int first, UserKey user, StoredUser row) throws SQLException {
        int place = first;
        statement.setBytes(place++, user.bytes());
        statement.setInt(place++, user.group());
        statement.setInt(place++, user.bucket());
        statement.setLong(place++, row.beat());
        statement.setBoolean(place++, row.online());
        statement.setBoolean(place++, false);
        return place;
    }

    /** Binds ids to as many places as there are, the last one again and again. */
    static void bindIds(PreparedStatement statement, int first, List<UserKey> users) throws SQLException {
        for (int i = 0; i < Dialect.padded(users.size()); i++) {
            statement.setBytes(
                    first + i, users.get(Math.min(i, users.size() - 1)).bytes());
        }
    }

    /** Returns the next place. */
    static int bindInts(PreparedStatement statement, int first, Collection<Integer> values) throws SQLException {
        List<Integer> list = List.copyOf(values);
        int places = Dialect.padded(list.size());
        for (int i = 0; i < places; i++) {
            statement.setInt(first + i, list.get(Math.min(i, list.size() - 1)));
        }
        return first + places;
    }

    static <T> List<List<T>> parts(List<T> all) {
        return parts(all, MOST_ROWS);
    }

    static <T> List<List<T>> parts(List<T> all, int most) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += most) {
            parts.add(all.subList(from, Math.min(all.size(), from + most)));
        }
        return parts;
    }
}
