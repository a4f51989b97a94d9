package dev.presence.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.servers.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/**
 * How many connections are right, where many callers each send statements of their own: one update and commit, the newest
 * beats of ten users by one select, and by ten. With pools of several sizes, and with a new connection for each call.
 */
final class SqlPool {
    static final Map<String, Integer> DEFAULTS =
            Map.of("users", 100_000, "seconds", 3, "callers", 32, "fsync", 1, "depth", 1_000);

    private static final int[] SIZES = {1, 2, 4, 8, 16, 32};
    private static final int ROSTER = 10;

    private static final String UPDATE = "UPDATE pulse SET last_hb = ? WHERE user_id = ?";
    private static final String SELECT_ALL = "SELECT user_id, last_hb FROM pulse WHERE user_id = ANY (?)";
    private static final String SELECT_ONE = "SELECT last_hb FROM pulse WHERE user_id = ?";

    private final Arguments arguments;
    private final BeatOrder users;

    /** Where connections come from. */
    private interface Source {
        Connection get() throws SQLException;
    }

    /** What one call does. */
    private interface Call {
        void run(Connection connection, long number) throws SQLException;
    }

    SqlPool(Arguments arguments) {
        this.arguments = arguments;
        users = BeatOrder.of(arguments.get("users"));
    }

    void run() {
        try (PostgresServer server = SqlBeats.start(arguments);
                PostgresProbe probe = new PostgresProbe(server)) {
            probe.execute(PulseBeats.SCHEMA);
            BeatRun.fill(SqlWay.BARE, new Job(server.jdbcUrl(), users, 1, arguments.get("depth"), 0));
            System.out.printf(
                    "%n### Calls a second to %s by %d callers, %,d users%n%n"
                            + "| connections | one `UPDATE` and commit | rosters of %d by one `SELECT` | by %d |%n|---|---|---|---|%n",
                    probe, arguments.get("callers"), users.size(), ROSTER, ROSTER);
            for (int size : SIZES) {
                try (HikariDataSource pool = Pool.open(server.jdbcUrl(), size)) {
                    row("" + size, pool::getConnection);
                }
            }
            row("a new one per call", () -> DriverManager.getConnection(server.jdbcUrl()));
        }
    }

    private void row(String connections, Source source) {
        System.out.printf(
                "| %s | %,.0f | %,.0f | %,.0f |%n",
                connections,
                perSecond(source, this::update),
                perSecond(source, this::selectAll),
                perSecond(source, this::selectEach));
    }

    private double perSecond(Source source, Call call) {
        return ClosedLoop.perSecond(arguments.get("callers"), arguments.get("seconds"), number -> {
            try (Connection connection = source.get()) {
                call.run(connection, number);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private String user(long number) {
        return TestIds.user(users.at((int) (number % users.size())));
    }

    private void update(Connection connection, long number) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
            update.setLong(1, System.currentTimeMillis());
            update.setString(2, user(number));
            update.executeUpdate();
        }
    }

    private void selectAll(Connection connection, long number) throws SQLException {
        String[] roster = new String[ROSTER];
        for (int i = 0; i < ROSTER; i++) {
            roster[i] = user(number * ROSTER + i);
        }
        try (PreparedStatement select = connection.prepareStatement(SELECT_ALL)) {
            select.setArray(1, connection.createArrayOf("text", roster));
            expect(select, ROSTER);
        }
    }

    private void selectEach(Connection connection, long number) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT_ONE)) {
            for (int i = 0; i < ROSTER; i++) {
                select.setString(1, user(number * ROSTER + i));
                expect(select, 1);
            }
        }
    }

    private static void expect(PreparedStatement select, int rows) throws SQLException {
        int found = 0;
        try (ResultSet result = select.executeQuery()) {
            while (result.next()) {
                found++;
            }
        }
        if (found != rows) {
            throw new IllegalStateException("of " + rows + " users " + found + " were found");
        }
    }
}
