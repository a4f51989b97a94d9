package dev.presence.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.OnlinePage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Pages of the online users: each has whole buckets, as many as hold about as many users as were asked for. A user stays in one
 * bucket. A cursor is the bucket to go on with, and how many a page has.
 */
final class OnlineList {
    private final Agreement agreement;
    private final @Nullable Followers followers;

    OnlineList(Agreement agreement, @Nullable Followers followers) {
        this.agreement = agreement;
        this.followers = followers;
    }

    OnlinePage page(String cursor, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, not " + limit);
        }
        int all = agreement.groups() * UserKey.BUCKETS;
        int from = 0;
        int span;
        if (cursor.equals(OnlinePage.START)) {
            span = span(limit);
        } else {
            if (!cursor.matches("[0-9]{1,9} [0-9]{1,9}")) {
                throw new IllegalArgumentException("this cursor is not from a store on a database");
            }
            int space = cursor.indexOf(' ');
            from = Integer.parseInt(cursor.substring(0, space));
            span = Math.max(1, Integer.parseInt(cursor.substring(space + 1)));
        }
        int group = Math.min(from / UserKey.BUCKETS, agreement.groups() - 1);
        int to = (int) Math.min((long) from + span, (group + 1L) * UserKey.BUCKETS); // one group is on one shard
        List<String> users = read(group, from, to);
        return new OnlinePage(users, to >= all ? OnlinePage.START : to + " " + span);
    }

    /** How many are online. */
    long count() {
        List<GroupGlance> read = followers == null ? null : followers.all().orElse(null);
        if (read != null) {
            return read.stream().mapToLong(group -> group.online).sum();
        }
        long asking = agreement.progress.epochs();
        long online = 0;
        for (GroupRow row : agreement.readAll()) {
            agreement.progress.note(row.group, row.epoch, row.last, asking);
            online += row.online;
        }
        return online;
    }

    private int span(int limit) {
        long online = count();
        long buckets = (long) agreement.groups() * UserKey.BUCKETS;
        return (int) Math.max(1, Math.min(buckets, limit * buckets / Math.max(1, online)));
    }

    private List<String> read(int group, int from, int to) {
        Followers asked = followers;
        if (asked != null) {
            Optional<List<String>> told = asked.ask(
                    group,
                    "listing online users of a follower",
                    connection -> select(
                            connection,
                            group,
                            from,
                            to,
                            glance -> asked.moment(glance).isPresent()));
            if (told.isPresent()) {
                return told.get();
            }
        }
        long asking = agreement.progress.epochs();
        return agreement
                .database
                .single(
                        "listing online users",
                        connection -> select(connection, group, from, to, glance -> {
                            agreement.progress.note(glance.group, glance.epoch, glance.last, asking);
                            return true;
                        }))
                .orElse(List.of());
    }

    /**
     * Reads the users with the row of their group, in one statement: two may be answered by two followers, and by one that is newer
     * for the row than for the users.
     */
    private Optional<List<String>> select(
            Connection connection, int group, int from, int to, Predicate<GroupGlance> isBelieved) throws SQLException {
        String sql = "SELECT " + GroupGlance.COLUMNS + ", u.user_id FROM " + agreement.tables.group() + " g LEFT JOIN "
                + agreement.tables.user()
                + " u ON u.grp = g.grp AND u.online = TRUE AND u.bucket >= ? AND u.bucket < ? WHERE g.grp = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, from);
            statement.setInt(2, to);
            statement.setInt(3, group);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next() || !isBelieved.test(GroupGlance.of(result, 1))) {
                    return Optional.empty();
                }
                List<String> users = new ArrayList<>();
                do {
                    byte[] id = result.getBytes(GroupGlance.COUNT + 1);
                    if (id != null) {
                        users.add(new String(id, UTF_8));
                    }
                } while (result.next());
                return Optional.of(users);
            }
        }
    }
}
