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
        long online = 0;
        for (GroupRow row : agreement.readAll()) {
            agreement.progress.note(row.group, row.epoch, row.last);
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
        return asked == null
                ? agreement.database.single("listing online users", connection -> select(connection, group, from, to))
                : asked.ask(
                                group,
                                "listing online users of a follower",
                                connection -> asked.isInStep(connection, group)
                                        ? Optional.of(select(connection, group, from, to))
                                        : Optional.<List<String>>empty())
                        .orElseGet(() -> readAndNote(group, from, to));
    }

    /** What is told now, no follower may fall behind later: the row of the group is read after its users. */
    private List<String> readAndNote(int group, int from, int to) {
        return agreement.database.single("listing online users", connection -> {
            List<String> users = select(connection, group, from, to);
            for (GroupGlance glance : Followers.glances(connection, agreement, " WHERE g.grp = " + group)) {
                agreement.progress.note(glance.group, glance.epoch, glance.last);
            }
            return users;
        });
    }

    private List<String> select(Connection connection, int group, int from, int to) throws SQLException {
        String sql = "SELECT user_id FROM " + agreement.tables.user()
                + " WHERE grp = ? AND online = TRUE AND bucket >= ? AND bucket < ?";
        List<String> users = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, group);
            statement.setInt(2, from);
            statement.setInt(3, to);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    users.add(new String(result.getBytes(1), UTF_8));
                }
            }
        }
        return users;
    }
}
