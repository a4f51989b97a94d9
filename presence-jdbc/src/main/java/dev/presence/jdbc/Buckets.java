package dev.presence.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Statements on the rows of buckets, which tell where a sweep has to look. */
final class Buckets {
    private static final List<String> COLUMNS = List.of("grp", "bucket", "due", "trim_due");

    private final Agreement agreement;
    private final String table;

    Buckets(Agreement agreement) {
        this.agreement = agreement;
        table = agreement.tables.bucket();
    }

    /**
     * Sees to it that buckets are looked at in time. It writes even where they would be: else a sweep that looks into one at the
     * same time could put off the next look without having seen what is written here.
     */
    void lower(Connection connection, int group, NavigableMap<Integer, Long> due) throws SQLException {
        write(connection, group, due, "due = LEAST(old.due, new.due)");
    }

    /** Says when to look into buckets that are locked. */
    void put(Connection connection, int group, NavigableMap<Integer, Long> due) throws SQLException {
        write(connection, group, due, "due = new.due");
    }

    private void write(Connection connection, int group, NavigableMap<Integer, Long> due, String change)
            throws SQLException {
        if (due.isEmpty()) {
            return;
        }
        String sql = agreement.dialect.upsert(table, COLUMNS, "grp, bucket", due.size(), change);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int place = 1;
            for (Map.Entry<Integer, Long> one : due.entrySet()) {
                statement.setInt(place++, group);
                statement.setInt(place++, one.getKey());
                statement.setLong(place++, one.getValue());
                statement.setLong(place++, 0);
            }
            statement.executeUpdate();
        }
    }

    /** Locks buckets in which something may be due by that time and that nobody else has locked, the most urgent first. */
    NavigableMap<Integer, Long> lockDue(Connection connection, int group, String column, long until, int limit)
            throws SQLException {
        String sql = "SELECT bucket, " + column + " FROM " + table + " WHERE grp = ? AND " + column + " <= ? ORDER BY "
                + column + " LIMIT " + limit + " FOR UPDATE SKIP LOCKED";
        NavigableMap<Integer, Long> buckets = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, group);
            statement.setLong(2, until);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    buckets.put(result.getInt(1), result.getLong(2));
                }
            }
        }
        return buckets;
    }

    /**
     * The newest beats of those who are online in a bucket.
     *
     * @param oldest the oldest of them
     * @param young the oldest of those that have not lapsed
     * @param lapsed how many have
     */
    record Beats(long oldest, long young, int lapsed) {
        /** There is nobody. */
        static final long NONE = Long.MAX_VALUE;

        static final Beats NOBODY = new Beats(NONE, NONE, 0);
    }

    /** Who is online, by bucket; who beat before the cutoff has lapsed. */
    Map<Integer, Beats> beats(Connection connection, int group, Set<Integer> buckets, long cutoff) throws SQLException {
        String sql = "SELECT bucket, MIN(beat), MIN(CASE WHEN beat >= ? THEN beat END),"
                + " COUNT(CASE WHEN beat < ? THEN 1 END) FROM " + agreement.tables.user()
                + " WHERE grp = ? AND bucket IN " + Dialect.places(buckets.size())
                + " AND online = TRUE GROUP BY bucket";
        Map<Integer, Beats> beats = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, cutoff);
            statement.setLong(2, cutoff);
            statement.setInt(3, group);
            UserRows.bindInts(statement, 4, buckets);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    long young = result.getLong(3);
                    boolean hasYoung = !result.wasNull();
                    beats.put(
                            result.getInt(1),
                            new Beats(result.getLong(2), hasYoung ? young : Beats.NONE, result.getInt(4)));
                }
            }
        }
        return beats;
    }

    void putTrim(Connection connection, int group, Set<Integer> buckets, long trimDue) throws SQLException {
        String sql =
                "UPDATE " + table + " SET trim_due = ? WHERE grp = ? AND bucket IN " + Dialect.places(buckets.size());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, trimDue);
            statement.setInt(2, group);
            UserRows.bindInts(statement, 3, buckets);
            statement.executeUpdate();
        }
    }

    /** The earliest time at which something may be due; the greatest number if there is no such time. */
    long earliest(Connection connection, int group) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT MIN(due) FROM " + table + " WHERE grp = ?")) {
            statement.setInt(1, group);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                long due = result.getLong(1);
                return result.wasNull() ? Long.MAX_VALUE : due;
            }
        }
    }
}
