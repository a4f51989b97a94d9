package dev.presence.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.StoreReply;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Beats where there are no arrays, or no statement can tell what it changed: the fence, an upsert that changes only users who are
 * online and have no other session, and a look at what became of it. What is recorded is so though another node may have written
 * it: the newest beat wins. Users whom nobody knew have a row then that says nothing; they are among the rest.
 */
final class BeatsInRows implements Beats {
    private static final List<String> COLUMNS = List.of("user_id", "grp", "bucket", "beat", "online", "came");
    private static final String CHANGE = "beat = CASE WHEN old.online = TRUE AND old.more IS NULL"
            + " THEN GREATEST(old.beat, -new.beat) ELSE old.beat END";

    private final Agreement agreement;
    private final String table;

    BeatsInRows(Agreement agreement) {
        this.agreement = agreement;
        table = agreement.tables.user();
    }

    @Override
    public Outcome record(int group, String node, long madeAtMillis, List<UserKey> sorted, long[] stamps) {
        return agreement.database.single("recording beats", connection -> {
            GroupRow row = agreement.read(connection, group);
            if (row == null || StoreReply.fence(row.now, madeAtMillis) == StoreReply.Verdict.LATE) {
                return Outcome.of(row == null ? null : StoreReply.Verdict.LATE, row == null ? 0 : row.now);
            }
            if (!agreement.isCurrent(row)) {
                return Outcome.of(null, row.now);
            }
            Map<UserKey, Long> young = new HashMap<>();
            for (int i = 0; i < stamps.length; i++) {
                if (stamps[i] >= row.now - row.settings.timeout().toMillis()) {
                    young.put(sorted.get(i), Math.min(stamps[i], row.now));
                }
            }
            Set<UserKey> rest = new LinkedHashSet<>(sorted);
            for (List<UserKey> part :
                    UserRows.parts(sorted.stream().filter(young::containsKey).toList())) {
                upsert(connection, part, young);
                rest.removeAll(recorded(connection, group, part, young));
            }
            return new Outcome(StoreReply.Verdict.DONE, row.now, rest, false);
        });
    }

    private void upsert(Connection connection, List<UserKey> part, Map<UserKey, Long> stamps) throws SQLException {
        String sql = agreement.dialect.upsert(table, COLUMNS, "user_id", part.size(), CHANGE);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int place = 1;
            for (UserKey user : part) {
                statement.setBytes(place++, user.bytes());
                statement.setInt(place++, user.group());
                statement.setInt(place++, user.bucket());
                statement.setLong(place++, -stamps.getOrDefault(user, 0L)); // a new row shall tell nothing yet
                statement.setBoolean(place++, false);
                statement.setBoolean(place++, false);
            }
            statement.executeUpdate();
        }
    }

    private Set<UserKey> recorded(Connection connection, int group, List<UserKey> part, Map<UserKey, Long> stamps)
            throws SQLException {
        String sql = "SELECT user_id, beat FROM " + table + " WHERE grp = ? AND user_id IN "
                + Dialect.places(part.size()) + " AND online = TRUE AND more IS NULL";
        Set<UserKey> recorded = new LinkedHashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, group);
            UserRows.bindIds(statement, 2, part);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    UserKey user = agreement.key(new String(result.getBytes(1), UTF_8));
                    if (result.getLong(2) >= stamps.getOrDefault(user, Long.MAX_VALUE)) {
                        recorded.add(user);
                    }
                }
            }
        }
        return recorded;
    }
}
