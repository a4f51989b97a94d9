package dev.presence.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * Beats as people write them by hand, into a table of users and the seconds of their newest beats. The table has room for
 * updates in place; by default it would have less.
 */
final class PulseBeats extends BeatWriter {
    static final String SCHEMA = """
            CREATE TABLE pulse (user_id text COLLATE "C" PRIMARY KEY, last_hb bigint NOT NULL) WITH (fillfactor = 80)
            """;

    private static final String UPDATE = "UPDATE pulse SET last_hb = ? WHERE user_id = ?";

    private static final String UPSERT = """
            INSERT INTO pulse AS p SELECT * FROM unnest(?::text[], ?::bigint[])
            ON CONFLICT (user_id) DO UPDATE SET last_hb = excluded.last_hb WHERE excluded.last_hb >= p.last_hb
            """;

    private final HikariDataSource pool;
    private final Statements statements;

    /** What is sent for a part of the users, who are sorted. */
    private interface Statements {
        void send(Connection connection, String[] users, long now) throws SQLException;
    }

    private PulseBeats(Job job, Statements statements) {
        super(job);
        this.statements = statements;
        pool = Pool.open(job.uri(), job.threads());
    }

    /** Each by a statement and a transaction of its own. */
    static BeatWriter alone(Job job) {
        return new PulseBeats(job, (connection, users, now) -> {
            try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
                for (String user : users) {
                    bind(update, user, now);
                    update.executeUpdate();
                }
            }
        });
    }

    /** Each by a statement, which go together in one transaction. */
    static BeatWriter batched(Job job) {
        return new PulseBeats(job, (connection, users, now) -> {
            connection.setAutoCommit(false);
            try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
                for (String user : users) {
                    bind(update, user, now);
                    update.addBatch();
                }
                update.executeBatch();
            }
            connection.commit();
        });
    }

    /** All by one statement: as little as there can be. */
    static BeatWriter upserted(Job job) {
        return new PulseBeats(job, (connection, users, now) -> {
            Long[] times = new Long[users.length];
            Arrays.fill(times, now);
            Array ids = connection.createArrayOf("text", users);
            try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
                upsert.setArray(1, ids);
                upsert.setArray(2, connection.createArrayOf("bigint", times));
                upsert.executeUpdate();
            }
        });
    }

    private static void bind(PreparedStatement update, String user, long now) throws SQLException {
        update.setLong(1, now);
        update.setString(2, user);
    }

    @Override
    void write(int thread, int from, int to) {
        String[] users = new String[to - from];
        for (int place = from; place < to; place++) {
            users[place - from] = user(place);
        }
        Arrays.sort(users);
        try (Connection connection = pool.getConnection()) {
            statements.send(connection, users, System.currentTimeMillis());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        acknowledge(to - from);
    }

    @Override
    public void close() {
        pool.close();
    }
}
