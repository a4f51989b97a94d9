package dev.presence.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The newest beats of some users as people read them by hand: one {@code SELECT} over a pool. Thread-safe. */
final class PulseRosters implements AutoCloseable {
    private static final String SELECT = "SELECT user_id, last_hb FROM pulse WHERE user_id = ANY (?)";

    private final HikariDataSource pool;

    PulseRosters(String url, int connections) {
        pool = Pool.open(url, connections);
    }

    /** How many of these have ever beaten. */
    long known(List<String> users) {
        try (Connection connection = pool.getConnection();
                PreparedStatement select = connection.prepareStatement(SELECT)) {
            select.setArray(1, connection.createArrayOf("text", users.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                long known = 0;
                while (rows.next()) {
                    known += rows.getLong(2) > 0 ? 1 : 0;
                }
                return known;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
