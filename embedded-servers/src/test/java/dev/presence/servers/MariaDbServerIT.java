package dev.presence.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MariaDbServerIT {
    @Test
    void startedServerAnswersAtItsUrl() {
        try (MariaDbServer server = MariaDbServer.start("--max-connections=33")) {
            assertThat(server.jdbcUrl()).isEqualTo("jdbc:mariadb://127.0.0.1:" + server.port() + "/presence?user=root");
            assertThat(Sql.ask(server.jdbcUrl(), "SELECT version()")).startsWith("11.4.5-MariaDB");
            assertThat(Sql.ask(server.jdbcUrl(), "SELECT @@bind_address")).isEqualTo("127.0.0.1");
            assertThat(Sql.ask(server.jdbcUrl(), "SELECT @@max_connections")).isEqualTo("33");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    void killedServerComesBackWithItsDataOnItsPort() {
        try (MariaDbServer server = MariaDbServer.start()) {
            Sql.run(server.jdbcUrl(), "CREATE TABLE t (x int)", "INSERT INTO t VALUES (7)");
            long before = server.pid();

            server.kill();

            assertThat(server.isRunning()).isFalse();
            assertThat(ProcessHandle.of(before)).isEmpty();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(
                            () -> DriverManager.getConnection(server.jdbcUrl()).close());

            server.restart();

            assertThat(server.isRunning()).isTrue();
            assertThat(Sql.ask(server.jdbcUrl(), "SELECT x FROM t")).isEqualTo("7");
        }
    }

    @Test
    void pausedServerAnswersWhenItIsResumedAndCanBeClosed() {
        MariaDbServer server = MariaDbServer.start();
        Path directory = server.log().getParent();

        server.pause();

        assertThat(server.isRunning()).isFalse();
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> Sql.ask(server.jdbcUrl(), "SELECT 2"));
        await().during(Duration.ofMillis(200)).atMost(Duration.ofSeconds(10)).until(() -> !answer.isDone());

        server.resume();

        assertThat(answer.join()).isEqualTo("2");

        server.pause();
        server.close();

        assertThat(ProcessHandle.of(server.pid())).isEmpty();
        assertThat(directory).doesNotExist();
    }

    @Test
    void wrongOptionFailsWithTheEndOfTheLog() {
        assertThatIllegalStateException()
                .isThrownBy(() -> MariaDbServer.start("--no-such-option"))
                .withMessageContaining("ended with status")
                .withMessageContaining("unknown option '--no-such-option'");
    }

    @Test
    void sharedDatabaseStaysTheSame() {
        String url = MariaDbServer.sharedUrl();

        assertThat(Sql.ask(url, "SELECT 1")).isEqualTo("1");
        assertThat(MariaDbServer.sharedUrl()).isEqualTo(url);
    }
}
