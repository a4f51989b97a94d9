package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.presence.HeartbeatTracker;
import dev.presence.PresenceStoreException;
import dev.presence.servers.MariaDbServer;
import dev.presence.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A database at its limits: no room left, or statements that may take no longer. What was accepted waits and is recorded. */
class LimitsFaultsIT extends SqlFaults {
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(12);
    private static final List<String> MANY =
            IntStream.range(0, 20_000).mapToObj(i -> "secret-many" + i).toList();

    /** A disk cannot be filled without rights on the machine: here PostgreSQL says what it says then. */
    @Test
    void postgresSaysThatItsDiskIsFull() throws SQLException {
        String url = PostgresServer.sharedUrl();
        JdbcPresenceStore store = store(pool(url), "full_");
        HeartbeatTracker tracker = beating(store);
        execute(
                url,
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
                        + " 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$",
                "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON full_user EXECUTE FUNCTION full_disk()");
        tracker.heartbeat("secret-new");
        awaitFailure("recording", "53100", () -> StoreDetails.record(store, beats(List.of("secret-newer"))));
        execute(url, "DROP TRIGGER full_disk ON full_user");
        awaitRecorded(store);
        awaitTrue(() -> store.statuses(List.of("secret-new")).statuses().get(0).isOnline());
        assertNobodyWent();
    }

    /** All tables lie in one file that may not grow: when it is full MariaDB finds no room, as on a full disk. */
    @Test
    void mariaDbHasNoRoom() throws SQLException {
        MariaDbServer server = opened(
                MariaDbServer.start("--innodb-data-file-path=ibdata1:12M;ibdata2:8M", "--innodb-file-per-table=0"));
        String url = server.jdbcUrl();
        JdbcPresenceStore store = store(url);
        HeartbeatTracker tracker = beating(store);
        execute(url, "CREATE TABLE filling (id int AUTO_INCREMENT PRIMARY KEY, filler varchar(4000))");
        fill(url, "SELECT REPEAT('x', 4000) FROM seq_1_to_50");
        fill(url, "SELECT REPEAT('x', 4000)");
        awaitFailure("recording", "1114", () -> StoreDetails.record(store, beats(MANY)));
        MANY.forEach(tracker::heartbeat);
        execute(url, "DROP TABLE filling");
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(PresenceStoreException.class)
                .until(() -> store.statuses(MANY).statuses().stream()
                        .allMatch(status -> status.lastSeen().isPresent()));
        awaitRecorded(store);
    }

    private static void fill(String url, String rows) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
            try {
                execute(url, "INSERT INTO filling (filler) " + rows);
                return false;
            } catch (SQLException e) {
                assertThat(e.getErrorCode()).isEqualTo(1114);
                return true;
            }
        });
    }

    private HikariDataSource limited(String url, String statement) {
        HikariConfig config = config(url);
        config.setConnectionInitSql(statement);
        return opened(new HikariDataSource(config));
    }

    private void statementsTakeTooLong(String url, String limit, String prefix, String sign) throws SQLException {
        JdbcPresenceStore store = store(limited(url, limit), prefix);
        beating(store);
        try (Connection other = openTransaction(url, "SELECT * FROM " + prefix + "user FOR UPDATE")) {
            awaitFailure("recording", sign, () -> StoreDetails.record(store, beats(USERS)));
            assertThat(store.statuses(USERS).statuses()).hasSize(USERS.size());
            other.rollback();
        }
        awaitRecorded(store);
        assertNobodyWent();
    }

    @Test
    void statementTimeoutOfPostgres() throws SQLException {
        statementsTakeTooLong(PostgresServer.sharedUrl(), "SET statement_timeout = 300", "slow_", "57014");
    }

    @Test
    void statementTimeoutOfMariaDb() throws SQLException {
        statementsTakeTooLong(MariaDbServer.sharedUrl(), "SET max_statement_time = 0.3", "slow_", "1969");
    }

    @Test
    void lockTimeoutOfMariaDb() throws SQLException {
        MariaDbServer server = opened(MariaDbServer.start("--innodb-lock-wait-timeout=0"));
        statementsTakeTooLong(server.jdbcUrl(), "SELECT 1", "locked_", "1205");
    }

    /** Four groups of eight whose statements hang make a sweep longer than three periods: no outage for the other four. */
    @Test
    void groupsThatHangDoNotStopTheClaimsOfOthers() throws SQLException {
        String url = PostgresServer.sharedUrl();
        int groups = 8;
        int hanging = 4;
        JdbcPresenceStore store = opened(JdbcPresenceStore.builder(pool(url))
                .tablePrefix("hung_")
                .groups(groups)
                .timeout(LONG_TIMEOUT)
                .queryTimeout(Duration.ofMillis(800))
                .createSchema()
                .build());
        HeartbeatTracker tracker = opened(HeartbeatTracker.create(store));
        USERS.stream()
                .filter(user -> UserKey.of(user, groups).group() >= hanging)
                .forEach(tracker::heartbeat);
        tracker.flush();
        assertThat(store.stats().onlineUsers()).isPositive();
        try (Connection other =
                openTransaction(url, "SELECT * FROM hung_group WHERE grp < " + hanging + " FOR UPDATE")) {
            await().atMost(LONG_TIMEOUT.plusSeconds(10))
                    .until(() -> store.stats().onlineUsers() == 0);
            other.rollback();
        }
    }
}
