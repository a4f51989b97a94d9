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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One read of statuses: a statement for each group asked about and 1,000 users of it. Where there are followers, the leader is asked
 * only what they cannot tell. Used once.
 */
final class StatusRead {
    static final int MOST_USERS = 1_000;

    private static final int GROUP_COLUMN = 2;
    private static final int USER_COLUMN = GROUP_COLUMN + GroupGlance.COUNT;

    private final Agreement agreement;
    private final @Nullable Followers followers;
    private final List<String> users;
    private final Map<String, UserStatus> told = new HashMap<>();
    private long now = Long.MIN_VALUE;

    /** Judges a group by the row that was read of it and the time of the database that was asked. */
    @FunctionalInterface
    private interface Judge {
        Optional<Moment> moment(GroupGlance group, long clock);
    }

    StatusRead(Agreement agreement, @Nullable Followers followers, List<String> users) {
        this.agreement = agreement;
        this.followers = followers;
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
                List<UserKey> rest = askFollower(one.getKey(), part);
                if ((part.isEmpty() || !rest.isEmpty()) && !askLeader(one.getKey(), rest)) {
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

    /** Returns whom to ask the leader about: also those who lapsed by a beat that may not be their newest. */
    private List<UserKey> askFollower(int group, List<UserKey> part) {
        Followers asked = followers;
        if (asked == null || part.isEmpty()) {
            return part;
        }
        Map<String, UserStatus> answer = asked.ask(
                        group,
                        "reading statuses from a follower",
                        connection -> read(connection, group, part, (glance, clock) -> asked.moment(glance)))
                .orElse(null);
        if (answer == null) {
            return part;
        }
        List<UserKey> rest = new ArrayList<>();
        for (UserKey user : part) {
            UserStatus status = answer.get(user.id());
            if (status != null && status.isUnclaimed()) {
                rest.add(user);
            } else if (status != null) {
                told.put(user.id(), status);
            }
        }
        return rest;
    }

    private boolean askLeader(int group, List<UserKey> part) {
        long asking = agreement.progress.epochs();
        Judge judge = (glance, clock) -> byLeader(glance, clock, asking);
        Optional<Map<String, UserStatus>> answer =
                agreement.database.single("reading statuses", connection -> read(connection, group, part, judge));
        answer.ifPresent(told::putAll);
        return answer.isPresent();
    }

    private Optional<Moment> byLeader(GroupGlance group, long clock, long asking) {
        if (group.version != agreement.settings().version()) {
            return Optional.empty();
        }
        agreement.progress.note(group.group, group.epoch, group.last, asking);
        long at = Math.max(clock, group.high);
        agreement.reckoning.observe(at, agreement.settings().timeout().toMillis());
        return Optional.of(group.moment(at, agreement));
    }

    /** Empty if the answer is of no use. */
    private Optional<Map<String, UserStatus>> read(Connection connection, int group, List<UserKey> part, Judge judge)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql(part.size()))) {
            agreement.bindClock(statement, 1);
            if (!part.isEmpty()) {
                UserRows.bindIds(statement, 2, part);
            }
            statement.setInt(part.isEmpty() ? 2 : 2 + Dialect.padded(part.size()), group);
            try (ResultSet result = statement.executeQuery()) {
                return take(result, !part.isEmpty(), judge);
            }
        }
    }

    private String sql(int count) {
        String columns = "SELECT " + agreement.dialect.clockOrGiven() + ", " + GroupGlance.COLUMNS;
        String group = " FROM " + agreement.tables.group() + " g";
        return count == 0
                ? columns + group + " WHERE g.grp = ?"
                : columns + ", u.user_id, u.beat, u.online, u.more" + group + " LEFT JOIN " + agreement.tables.user()
                        + " u ON u.grp = g.grp AND u.user_id IN " + Dialect.places(count) + " WHERE g.grp = ?";
    }

    private Optional<Map<String, UserStatus>> take(ResultSet result, boolean hasUsers, Judge judge)
            throws SQLException {
        Map<String, UserStatus> statuses = new HashMap<>();
        Moment moment = null;
        while (result.next()) {
            if (moment == null) {
                moment = judge.moment(GroupGlance.of(result, GROUP_COLUMN), result.getLong(1))
                        .orElse(null);
                if (moment == null) {
                    return Optional.empty();
                }
                now = Math.max(now, moment.now());
            }
            byte[] id = hasUsers ? result.getBytes(USER_COLUMN) : null;
            if (id != null) {
                StoredUser stored = new StoredUser(
                        result.getLong(USER_COLUMN + 1),
                        result.getBoolean(USER_COLUMN + 2),
                        result.getBytes(USER_COLUMN + 3));
                String user = new String(id, UTF_8);
                statuses.put(user, moment.status(user, stored));
            }
        }
        return moment == null ? Optional.empty() : Optional.of(statuses);
    }
}
