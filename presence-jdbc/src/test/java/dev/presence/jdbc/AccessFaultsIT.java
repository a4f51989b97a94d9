package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.presence.PresenceStoreException;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.Write;
import dev.presence.servers.MariaDbServer;
import dev.presence.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that lets the store in no more, or not to all it needs: what is told, and that all is well when it does again. */
class AccessFaultsIT extends SqlFaults {
    private static final String PASSWORD = "sesame";

    @Test
    void readOnlyForAWhile() throws SQLException {
        PostgresServer server = opened(PostgresServer.start());
        JdbcPresenceStore store = store(server.jdbcUrl());
        beating(store);
        execute(server.jdbcUrl(), "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
        awaitFailure("recording", "25006", () -> StoreDetails.record(store, Write.beat("secret-x", "", 0)));
        execute(
                server.jdbcUrl(),
                "ALTER SYSTEM RESET default_transaction_read_only", // allowed in spite of it
                "SELECT pg_reload_conf()");
        awaitRecorded(store);
        assertNobodyWent();
    }

    @Test
    void mariaDbIsReadOnlyForAWhile() throws SQLException {
        MariaDbServer server = opened(MariaDbServer.start());
        String url = server.jdbcUrl();
        execute(url, "CREATE USER app", "GRANT ALL ON presence.* TO app"); // a superuser may write all the same
        JdbcPresenceStore store = store(url.replace("user=root", "user=app"));
        beating(store);
        execute(url, "SET GLOBAL read_only = ON");
        awaitFailure("recording", "1290", () -> StoreDetails.record(store, Write.beat("secret-x", "", 0)));
        execute(url, "SET GLOBAL read_only = OFF");
        awaitRecorded(store);
        assertNobodyWent();
    }

    @Test
    void exhaustedPool() throws SQLException {
        HikariDataSource pool = pool(PostgresServer.sharedUrl());
        JdbcPresenceStore store = store(pool, "exhausted_");
        beating(store);
        Deque<Connection> taken = new ArrayDeque<>();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            taken.push(opened(pool.getConnection()));
            return taken.size() == pool.getMaximumPoolSize();
        });
        assertThat(failure("reading statuses", () -> store.statuses(USERS)))
                .isInstanceOf(PresenceStoreUnavailableException.class);
        for (Connection connection : taken) {
            connection.close();
        }
        awaitRecorded(store);
        assertNobodyWent();
    }

    @Test
    void tableIsMissingForAWhile() throws SQLException {
        String url = PostgresServer.sharedUrl();
        JdbcPresenceStore store = store(pool(url), "missing_table_");
        beating(store);
        execute(url, "ALTER TABLE missing_table_user RENAME TO missing_table_hidden");
        assertThat(failure("recording", () -> StoreDetails.record(store, Write.beat("secret-x", "", 0))))
                .hasMessageContaining("42P01");
        assertThat(failure("reading statuses", () -> store.statuses(USERS))).hasMessageContaining("42P01");
        execute(url, "ALTER TABLE missing_table_hidden RENAME TO missing_table_user");
        awaitRecorded(store);
        assertNobodyWent();
    }

    @Test
    void privilegeIsMissingForAWhile() throws SQLException {
        String url = PostgresServer.sharedUrl();
        store(pool(url), "forbidden_");
        execute(url, "CREATE ROLE forbidden_role LOGIN");
        for (String table : List.of("user", "bucket", "group", "feed")) {
            execute(url, "GRANT SELECT, INSERT, UPDATE, DELETE ON forbidden_" + table + " TO forbidden_role");
        }
        JdbcPresenceStore store =
                opened(JdbcPresenceStore.builder(pool(url.replace("user=postgres", "user=forbidden_role")))
                        .tablePrefix("forbidden_")
                        .timeout(TIMEOUT)
                        .build());
        beating(store);
        execute(url, "REVOKE UPDATE ON forbidden_user FROM forbidden_role");
        assertThat(failure("recording", () -> StoreDetails.record(store, Write.beat("secret-x", "", 0))))
                .hasMessageContaining("42501");
        execute(url, "GRANT UPDATE ON forbidden_user TO forbidden_role");
        awaitRecorded(store);
        assertNobodyWent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "mariadb"})
    void passwordIsChangedForAWhile(String product) throws SQLException {
        String admin;
        String change;
        if (product.equals("postgres")) {
            PostgresServer server = opened(PostgresServer.start());
            admin = server.jdbcUrl();
            change = "ALTER ROLE app PASSWORD '%s'";
            execute(admin, "CREATE ROLE app LOGIN SUPERUSER PASSWORD '" + PASSWORD + "'");
            try (Connection connection = java.sql.DriverManager.getConnection(admin);
                    var statement = connection.createStatement();
                    var file = statement.executeQuery("SHOW hba_file")) {
                file.next();
                execute(
                        admin,
                        "COPY (VALUES ('host all app 127.0.0.1/32 scram-sha-256'),"
                                + " ('host all all 127.0.0.1/32 trust')) TO '" + file.getString(1) + "'");
            }
            execute(admin, "SELECT pg_reload_conf()");
        } else {
            MariaDbServer server = opened(MariaDbServer.start());
            admin = server.jdbcUrl();
            change = "ALTER USER app IDENTIFIED BY '%s'";
            execute(admin, "CREATE USER app IDENTIFIED BY '" + PASSWORD + "'", "GRANT ALL ON presence.* TO app");
        }
        HikariConfig config = config(admin.replaceAll("user=\\w+", "user=app"));
        config.setPassword(PASSWORD);
        HikariDataSource pool = opened(new HikariDataSource(config));
        JdbcPresenceStore store = store(pool, Tables.DEFAULT_PREFIX);
        beating(store);
        execute(admin, change.formatted("another"));
        await().atMost(PATIENCE).untilAsserted(() -> {
            pool.getHikariPoolMXBean().softEvictConnections(); // again, for those that were let in just before
            Throwable failure = catchThrowable(() -> store.statuses(USERS));
            assertThat(failure).isInstanceOf(PresenceStoreException.class).hasMessageContaining("reading statuses");
            Stream.iterate(failure, it -> it != null, Throwable::getCause)
                    .forEach(it -> assertThat(String.valueOf(it)).doesNotContain(PASSWORD, "secret"));
        });
        execute(admin, change.formatted(PASSWORD));
        awaitRecorded(store);
        assertNobodyWent();
    }
}
