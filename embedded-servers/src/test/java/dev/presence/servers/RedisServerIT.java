package dev.presence.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RedisServerIT {
    @Test
    void startedServerAnswersAtItsUri() {
        try (RedisServer server = RedisServer.start()) {
            assertThat(server.uri()).isEqualTo("redis://127.0.0.1:" + server.port());
            assertThat(server.text("SET", "k", "v")).isEqualTo("OK");
            assertThat(server.text("GET", "k")).isEqualTo("v");
            assertThat(server.call("GET", "other")).isNull();
            assertThat(server.text("INFO", "server")).contains("process_id:" + server.pid() + "\r\n");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    void killedServerComesBackEmptyOnItsPort() {
        try (RedisServer server = RedisServer.start()) {
            server.call("SET", "k", "v");
            long before = server.pid();

            server.kill();
            server.kill();

            assertThat(server.isRunning()).isFalse();
            assertThat(ProcessHandle.of(before)).isEmpty();
            assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> server.call("PING"));

            server.restart();

            assertThat(server.isRunning()).isTrue();
            assertThat(server.pid()).isNotEqualTo(before);
            assertThat(server.call("GET", "k")).isNull();
        }
    }

    @Test
    void restartKillsAServerThatRuns() {
        try (RedisServer server = RedisServer.start()) {
            server.call("SET", "k", "v");
            server.pause();

            server.restart();

            assertThat(server.isRunning()).isTrue();
            assertThat(server.call("GET", "k")).isNull();
        }
    }

    @Test
    void pausedServerAnswersWhenItIsResumed() {
        try (RedisServer server = RedisServer.start()) {
            server.call("SET", "k", "v");

            server.pause();

            assertThat(server.isRunning()).isFalse();
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> server.text("GET", "k"));
            await().during(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> !answer.isDone());

            server.resume();

            assertThat(answer.join()).isEqualTo("v");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    void pausedServerCanBeClosed() {
        RedisServer server = RedisServer.start();
        server.pause();
        long pid = server.pid();

        server.close();

        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void deadServerCannotBePausedOrResumed() {
        try (RedisServer server = RedisServer.start()) {
            server.kill();

            assertThatIllegalStateException().isThrownBy(server::pause);
            assertThatIllegalStateException().isThrownBy(server::resume);
        }
    }

    @Test
    void closedServerLeavesNothingAndStaysClosed() {
        RedisServer server = RedisServer.start();
        Path directory = server.log().getParent();

        server.close();
        server.close();

        assertThat(directory).doesNotExist();
        assertThat(ProcessHandle.of(server.pid())).isEmpty();
        assertThatIllegalStateException().isThrownBy(server::restart);
    }

    @Test
    void serverThatIsToSaveItsDataHasItAfterAKill() {
        try (RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
            server.call("SET", "k", "v");

            server.restart();

            assertThat(server.text("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void oldestReleaseIs62() {
        try (RedisServer server = RedisServer.startOldest()) {
            assertThat(server.text("INFO", "server")).contains("redis_version:6.2.");
        }
    }

    @Test
    void optionsReachTheServer() {
        try (RedisServer server = RedisServer.start("--maxmemory", "10mb")) {
            assertThat(server.list("CONFIG", "GET", "maxmemory")).hasToString("[maxmemory, 10485760]");
        }
    }

    @Test
    void passwordIsAsked() {
        try (RedisServer server = RedisServer.start("--requirepass", "secret");
                RedisConnection stranger = RedisConnection.open(server.port())) {
            assertThat(server.text("PING")).isEqualTo("PONG");
            assertThatExceptionOfType(RedisRefusal.class)
                    .isThrownBy(() -> stranger.call(List.of("PING")))
                    .withMessageStartingWith("NOAUTH");
        }
    }

    @Test
    void usersCanBeRestricted() {
        try (RedisServer server = RedisServer.start(
                "--user", "default", "off", "--user", "app", "on", ">secret", "~presence:*", "+@all", "-@dangerous")) {
            try (RedisConnection app = RedisConnection.open(server.port())) {
                app.call(List.of("AUTH", "app", "secret"));
                assertThat(app.call(List.of("SET", "presence:k", "v"))).isEqualTo("OK");
                assertThatExceptionOfType(RedisRefusal.class)
                        .isThrownBy(() -> app.call(List.of("SET", "other", "v")))
                        .withMessageStartingWith("NOPERM");
            }
        }
    }

    @Test
    void wrongOptionFailsWithTheEndOfTheLog() {
        assertThatIllegalStateException()
                .isThrownBy(() -> RedisServer.start("--no-such-option", "1"))
                .withMessageContaining("ended with status 1")
                .withMessageContaining("server.log")
                .withMessageContaining("no-such-option")
                .withMessageContaining("Bad directive");
    }

    @Test
    void propertyNamesAnotherServer() {
        String before = System.setProperty(RedisExecutable.PROPERTY, "/no/such/server");
        try {
            assertThatIllegalStateException()
                    .isThrownBy(RedisServer::start)
                    .withMessageContaining("/no/such/server on port")
                    .withMessageContaining("ended with status 127");
        } finally {
            if (before == null) {
                System.clearProperty(RedisExecutable.PROPERTY);
            } else {
                System.setProperty(RedisExecutable.PROPERTY, before);
            }
        }
    }

    @Test
    void serversHavePortsOfTheirOwn() {
        try (RedisServer first = RedisServer.start()) {
            first.kill();
            for (int i = 0; i < 5; i++) {
                try (RedisServer second = RedisServer.start()) {
                    assertThat(second.port()).isNotEqualTo(first.port()).isLessThan(20_000);
                }
            }
        }
    }
}
