package dev.presence.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.Presence;
import dev.presence.StatusBatch;
import dev.presence.UserStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One read of statuses: a statement for each group asked about and 1,000 users of it. Used once. */
final class StatusRead {
    static final int MOST_USERS = 1_000;

    private final Agreement agreement;
    private final List<String> users;
    private final Map<String, UserStatus> told = new HashMap<>();
    private long now = Long.MIN_VALUE;

    StatusRead(Agreement agreement, List<String> users) {
        this.agreement = agreement;
        this.users = users;
    }

    /** Returns null if the nodes have to agree anew first. */
    @Nullable
    StatusBatch run() {
        Map<Integer, Set<UserKey>> groups = new TreeMap<>();
        for (String user : users) {
            UserKey key = agreement.key(user);
            groups.computeIfAbsent(key.group(), group -> new LinkedHashSet<>()).add(key);
        }
        if (groups.isEmpty()) {
            groups.put(0, Set.of());
        }
        for (Map.Entry<Integer, Set<UserKey>> one : groups.entrySet()) {
            List<UserKey> asked = List.copyOf(one.getValue());
            for (int from = 0; from == 0 || from < asked.size(); from += MOST_USERS) {
                List<UserKey> part = asked.subList(from, Math.min(asked.size(), from + MOST_USERS));
                boolean isCurrent = agreement.database.single(
                        "reading statuses", connection -> read(connection, one.getKey(), part));
                if (!isCurrent) {
                    return null;
                }
            }
        }
        List<UserStatus> statuses = new ArrayList<>(users.size());
        for (String user : users) {
            UserStatus status = told.get(user);
            statuses.add(status == null ? UserStatus.of(user, Presence.OFFLINE) : status);
        }
        return new StatusBatch(now, statuses);
    }

    private boolean read(Connection connection, int group, List<UserKey> part) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql(part.size()))) {
            agreement.bindClock(statement, 1);
            if (!part.isEmpty()) {
                UserRows.bindIds(statement, 2, part);
            }
            statement.setInt(part.isEmpty() ? 2 : 2 + Dialect.padded(part.size()), group);
            try (ResultSet result = statement.executeQuery()) {
                return take(result);
            }
        }
    }

    private String sql(int count) {
        String columns = "SELECT " + agreement.dialect.clockOrGiven()
                + ", g.high, g.version, g.swept, g.period_ms, g.quiet_until, g.benefit_from";
        String group = " FROM " + agreement.tables.group() + " g";
        return count == 0
                ? columns + group + " WHERE g.grp = ?"
                : columns + ", u.user_id, u.beat, u.online, u.more" + group + " LEFT JOIN " + agreement.tables.user()
                        + " u ON u.grp = g.grp AND u.user_id IN " + Dialect.places(count) + " WHERE g.grp = ?";
    }

    private boolean take(ResultSet result) throws SQLException {
        Moment moment = null;
        while (result.next()) {
            if (moment == null) {
                if (result.getLong(3) != agreement.settings().version()) {
                    return false;
                }
                moment = moment(result);
                now = Math.max(now, moment.now());
            }
            byte[] id = result.getMetaData().getColumnCount() > 7 ? result.getBytes(8) : null;
            if (id != null) {
                StoredUser stored = new StoredUser(result.getLong(9), result.getBoolean(10), result.getBytes(11));
                String user = new String(id, UTF_8);
                told.put(user, moment.status(user, stored));
            }
        }
        return moment != null;
    }

    private Moment moment(ResultSet result) throws SQLException {
        long at = Math.max(result.getLong(1), result.getLong(2));
        agreement.reckoning.observe(at, agreement.settings().timeout().toMillis());
        GroupRow.Sweeps sweeps =
                new GroupRow.Sweeps(result.getLong(4), result.getLong(5), result.getLong(6), result.getLong(7));
        return GroupRow.moment(at, agreement.settings(), sweeps, agreement.reckoning.certain(at));
    }
}
