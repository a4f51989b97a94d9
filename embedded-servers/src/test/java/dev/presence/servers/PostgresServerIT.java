package dev.presence.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PostgresServerIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void startedServerAnswersAtItsUrl() {
        try (PostgresServer server = PostgresServer.start()) {
            assertThat(server.jdbcUrl())
                    .isEqualTo("jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres?user=postgres");
            assertThat(Sql.ask(server.jdbcUrl(), "SHOW server_version")).isEqualTo("18.6");
            assertThat(Sql.ask(server.jdbcUrl(), "SHOW fsync")).isEqualTo("off");
            assertThat(Sql.ask(server.jdbcUrl(), "SHOW server_encoding")).isEqualTo("UTF8");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    void killedServerComesBackWithItsDataOnItsPort() {
        try (PostgresServer server = PostgresServer.start("fsync=on")) {
            Sql.run(server.jdbcUrl(), "CREATE TABLE t (x int)", "INSERT INTO t VALUES (7)");
            long before = server.pid();
            List<ProcessHandle> others =
                    ProcessHandle.of(before).orElseThrow().descendants().toList();
            assertThat(others).isNotEmpty();

            server.kill();
            server.kill();

            assertThat(server.isRunning()).isFalse();
            assertThat(ProcessHandle.of(before)).isEmpty();
            assertThat(others).noneMatch(it -> it.info().command().isPresent());
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(
                            () -> DriverManager.getConnection(server.jdbcUrl()).close());

            server.restart();

            assertThat(server.isRunning()).isTrue();
            assertThat(Sql.ask(server.jdbcUrl(), "SELECT x FROM t")).isEqualTo("7");
        }
    }

    @Test
    void pausedServerAnswersWhenItIsResumed() throws SQLException {
        try (PostgresServer server = PostgresServer.start();
                Connection open = DriverManager.getConnection(server.jdbcUrl());
                Statement statement = open.createStatement()) {
            server.pause();

            assertThat(server.isRunning()).isFalse();
            CompletableFuture<Boolean> known = CompletableFuture.supplyAsync(() -> select(statement));
            CompletableFuture<String> stranger =
                    CompletableFuture.supplyAsync(() -> Sql.ask(server.jdbcUrl(), "SELECT 2"));
            await().during(Duration.ofMillis(200)).atMost(LIMIT).until(() -> !known.isDone() && !stranger.isDone());

            server.resume();

            assertThat(known.join()).isTrue();
            assertThat(stranger.join()).isEqualTo("2");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    void pausedServerCanBeClosed() {
        PostgresServer server = PostgresServer.start();
        server.pause();
        Path directory = server.log().getParent();

        server.close();

        assertThat(ProcessHandle.of(server.pid())).isEmpty();
        assertThat(directory).doesNotExist();
        assertThatIllegalStateException().isThrownBy(server::restart);
    }

    @Test
    void replicaFollowsAndTakesOver() {
        try (PostgresServer primary = PostgresServer.start("max_connections=33")) {
            Sql.run(primary.jdbcUrl(), "CREATE TABLE t (x int)", "INSERT INTO t VALUES (1)");
            try (PostgresServer replica = primary.replica()) {
                Sql.run(primary.jdbcUrl(), "INSERT INTO t VALUES (2)");
                await().atMost(LIMIT).until(() -> sum(replica).equals("3"));
                assertThat(Sql.ask(replica.jdbcUrl(), "SHOW max_connections")).isEqualTo("33");
                assertThatIllegalStateException()
                        .isThrownBy(() -> Sql.run(replica.jdbcUrl(), "INSERT INTO t VALUES (4)"))
                        .withMessageContaining("read-only");

                replica.restart();
                Sql.run(primary.jdbcUrl(), "INSERT INTO t VALUES (4)");
                await().atMost(LIMIT).until(() -> sum(replica).equals("7"));
                primary.kill();
                replica.promote();

                Sql.run(replica.jdbcUrl(), "INSERT INTO t VALUES (8)");
                assertThat(sum(replica)).isEqualTo("15");
                assertThatIllegalStateException().isThrownBy(replica::promote);
            }
        }
    }

    @Test
    void wrongSettingFailsWithTheEndOfTheLog() {
        assertThatIllegalStateException()
                .isThrownBy(() -> PostgresServer.start("no_such_setting=1"))
                .withMessageContaining("ended with status 1")
                .withMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
    }

    @Test
    void connectionThroughAProxyCanBeCut() throws SQLException {
        try (PostgresServer server = PostgresServer.start();
                TcpProxy proxy = TcpProxy.to(server);
                Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?user=postgres");
                Statement statement = connection.createStatement()) {
            assertThat(select(statement)).isTrue();

            proxy.cut();

            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("SELECT 1"));
        }
    }

    @Test
    void propertyNamesAnotherDatabase() {
        String own = PostgresServer.sharedUrl();
        String before = System.setProperty(PostgresServer.PROPERTY, "jdbc:postgresql://db.example.com/presence");
        try {
            assertThat(PostgresServer.sharedUrl()).isEqualTo("jdbc:postgresql://db.example.com/presence");
        } finally {
            if (before == null) {
                System.clearProperty(PostgresServer.PROPERTY);
            } else {
                System.setProperty(PostgresServer.PROPERTY, before);
            }
        }
        assertThat(PostgresServer.sharedUrl()).isEqualTo(own);
        assertThat(Sql.ask(own, "SELECT 1")).isEqualTo("1");
    }

    private static String sum(PostgresServer server) {
        return Sql.ask(server.jdbcUrl(), "SELECT sum(x) FROM t");
    }

    private static boolean select(Statement statement) {
        try {
            return statement.execute("SELECT 1");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
