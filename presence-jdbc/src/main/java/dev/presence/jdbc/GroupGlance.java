package dev.presence.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

/** What a read has to know of a group, as read with the rows of its users or before: by what they are judged, and how new they are. */
final class GroupGlance {
    /** Of the table of groups under the name g. */
    static final String COLUMNS =
            "g.grp, g.version, g.epoch, g.last_seq, g.online_users, g.high, g.swept, g.period_ms, g.quiet_until, g.benefit_from";

    /** How many columns there are. */
    static final int COUNT = 10;

    final int group;
    final long version;
    final long epoch;
    final long last;
    final long online;
    final long high;
    final GroupRow.Sweeps sweeps;

    private GroupGlance(ResultSet row, int first) throws SQLException {
        group = row.getInt(first);
        version = row.getLong(first + 1);
        epoch = row.getLong(first + 2);
        last = row.getLong(first + 3);
        online = row.getLong(first + 4);
        high = row.getLong(first + 5);
        sweeps = new GroupRow.Sweeps(
                row.getLong(first + 6), row.getLong(first + 7), row.getLong(first + 8), row.getLong(first + 9));
    }

    static GroupGlance of(ResultSet row, int first) throws SQLException {
        return new GroupGlance(row, first);
    }

    Moment moment(long now, Agreement agreement) {
        return GroupRow.moment(now, agreement.settings(), sweeps, agreement.reckoning.certain(now));
    }
}
