package dev.presence.jdbc;

import dev.presence.StoreSettings;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * What the table has on a group of users that is numbered together, as read with the database's time. Immutable.
 */
final class GroupRow {
    /** The columns, in the order in which a new row is written. */
    static final List<String> COLUMNS = List.of(
            "grp",
            "grps",
            "version",
            "timeout_ms",
            "grace_ms",
            "retention_ms",
            "sessions",
            "run",
            "epoch",
            "last_seq",
            "trimmed_seq",
            "online_users",
            "high",
            "swept",
            "period_ms",
            "flush_ms",
            "flush_at",
            "quiet_until",
            "benefit_from",
            "turn_node",
            "turn_until");

    private static final int PERIODS_MISSED = 3;

    final int group;
    final int groups;
    final StoreSettings settings;
    final String run;
    final String runNow;
    final long epoch;
    final long last;
    final long trimmed;
    final long online;
    final long now;
    final long swept;
    final long period;
    final long flush;
    final long flushAt;
    final long quietUntil;
    final long benefitFrom;
    final String turnNode;
    final long turnUntil;

    private GroupRow(ResultSet row) throws SQLException {
        group = row.getInt("grp");
        groups = row.getInt("grps");
        settings = new StoreSettings(
                Duration.ofMillis(row.getLong("timeout_ms")),
                Duration.ofMillis(row.getLong("grace_ms")),
                Duration.ofMillis(row.getLong("retention_ms")),
                row.getInt("sessions"),
                row.getLong("version"));
        run = row.getString("run");
        runNow = row.getString("run_now");
        epoch = row.getLong("epoch");
        last = row.getLong("last_seq");
        trimmed = row.getLong("trimmed_seq");
        online = row.getLong("online_users");
        now = Math.max(row.getLong("clock_ms"), row.getLong("high"));
        swept = row.getLong("swept");
        period = row.getLong("period_ms");
        flush = row.getLong("flush_ms");
        flushAt = row.getLong("flush_at");
        quietUntil = row.getLong("quiet_until");
        benefitFrom = row.getLong("benefit_from");
        turnNode = row.getString("turn_node");
        turnUntil = row.getLong("turn_until");
    }

    /** Reads all groups, or those that the condition names; the clock is its first parameter. */
    static String select(Tables tables, Dialect dialect, String condition) {
        return "SELECT " + dialect.clockOrGiven() + " AS clock_ms, " + dialect.run() + " AS run_now, "
                + String.join(", ", COLUMNS) + " FROM " + tables.group() + condition;
    }

    static GroupRow of(ResultSet row) throws SQLException {
        return new GroupRow(row);
    }

    /** Binds a row for a group that is new; what runs is the database's to tell. */
    static void bindNew(
            PreparedStatement statement, int first, int group, Agreement.Agreed agreed, String run, long epoch)
            throws SQLException {
        StoreSettings settings = agreed.settings();
        Object[] values = {
            group,
            agreed.groups(),
            settings.version(),
            settings.timeout().toMillis(),
            settings.grace().toMillis(),
            settings.retention().toMillis(),
            settings.maximumSessions(),
            run,
            epoch
        };
        for (int i = 0; i < COLUMNS.size(); i++) {
            Object rest = COLUMNS.get(i).equals("turn_node") ? "" : (Object) 0L;
            statement.setObject(first + i, i < values.length ? values[i] : rest);
        }
    }

    /** Judges users of this group. */
    Moment moment(Reckoning reckoning) {
        reckoning.observe(now, settings.timeout().toMillis());
        return momentAgain(reckoning);
    }

    /** The same some time after the row was read. */
    Moment momentAgain(Reckoning reckoning) {
        return moment(now, settings, new Sweeps(swept, period, quietUntil, benefitFrom), reckoning.certain(now));
    }

    /**
     * What is known of the sweeps of a group; zero where there were none.
     *
     * @param quietUntil when the last quiet period ends
     * @param benefitFrom from which stamp on a beat keeps its user online in it
     */
    record Sweeps(long swept, long period, long quietUntil, long benefitFrom) {
        boolean isGap(long now, long periodMillis) {
            return swept > 0 && now - swept > PERIODS_MISSED * Math.max(period, periodMillis);
        }

        /** From which stamp on a beat keeps its user online, where it was certain at that time who was. */
        long benefit(long certain, long timeout) {
            long from = certain - timeout;
            return certain <= quietUntil ? Math.min(from, benefitFrom) : from;
        }
    }

    Sweeps sweeps() {
        return new Sweeps(swept, period, quietUntil, benefitFrom);
    }

    static Moment moment(long now, StoreSettings settings, Sweeps sweeps, long certain) {
        long timeout = settings.timeout().toMillis();
        long liveFrom = now - timeout;
        long from = liveFrom;
        if (now <= sweeps.quietUntil()) {
            from = Math.min(from, sweeps.benefitFrom());
        } else if (sweeps.isGap(now, 0)) { // nobody swept since: nobody told the others yet
            from = Math.min(from, sweeps.benefit(sweeps.swept(), timeout));
        } else if (certain != Reckoning.UNKNOWN) {
            from = Math.min(from, sweeps.benefit(certain, timeout));
        }
        return new Moment(now, liveFrom, from, settings);
    }
}
