package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.presence.PresenceStoreUnavailableException;
import dev.presence.servers.MariaDbServer;
import dev.presence.servers.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo on databases that others use too. */
class SqlDemoIT {
    private static final Path TRACE = Path.of("traces", "web-activity.csv").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void nodesOnOneDatabaseAgree() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            String[] args = {"serve", "--port=0", "--timeout=3s", "--store=postgres", "--jdbc=" + server.jdbcUrl()};
            try (DemoProcess one = DemoProcess.start(Files.createDirectory(directory.resolve("one")), args);
                    DemoProcess other = DemoProcess.start(Files.createDirectory(directory.resolve("other")), args)) {
                Calls here = new Calls(one.address());
                Calls there = new Calls(other.address());

                here.post("/heartbeat?as=u1");
                await().atMost(LIMIT)
                        .until(() -> there.get("/status/user/u1?as=u2").contains("\"online\",\"lastSeen\""));
                await().atMost(LIMIT)
                        .until(() -> there.get("/status/user/u1?as=u2").contains("\"offline\",\"lastSeen\""));
                await().atMost(LIMIT)
                        .until(() -> one.err().contains("u1 is offline")
                                && other.err().contains("u1 is offline"));
                assertThat(one.err().lines()).hasSize(2); // who came and went, each once, and nothing else
            }
        }
    }

    @Test
    void settingsThatDifferFromThoseOfAnotherNodeAreRefusedWithBoth() throws Exception {
        try (PostgresServer server = PostgresServer.start();
                DemoProcess first = DemoProcess.start(
                        directory, "serve", "--port=0", "--store=postgres", "--jdbc=" + server.jdbcUrl())) {
            first.address();

            CommandRun second = CommandRun.of(
                    "serve", "--port=0", "--timeout=7s", "--store=postgres", "--jdbc=" + server.jdbcUrl());

            assertThat(second.status()).isEqualTo(2);
            assertThat(second.err()).startsWith("demo: ").contains("PT7S", "PT30S");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "mariadb"})
    void replayEndsInTheKnownFiguresAndLeavesNothingInADatabaseThatGoesOn(String store) throws Exception {
        String url = store.equals("postgres") ? PostgresServer.sharedUrl() : MariaDbServer.sharedUrl();
        List<String> before = tables(url);

        CommandRun run = CommandRun.of(
                "replay",
                TRACE.toString(),
                "--timeout=300s",
                "--svg=" + directory.resolve("x.svg"),
                "--store=" + store,
                "--jdbc=" + url);

        assertThat(run.lastLine()).isEqualTo("beats=10000 users=1753 online=3052 offline=3052 peak=59");
        assertThat(tables(url)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"H2", "POSTGRES"})
    void replaysAgreeWithAnIndependentComputation(StoreKind store) {
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            List<String> lines = ReplayTest.randomTrace(random);
            Duration timeout = Duration.ofMillis(500L * (2 + random.nextInt(40)));
            String url = store == StoreKind.H2 ? null : PostgresServer.sharedUrl();

            ReplaySummary replayed =
                    ReplayTest.replayed(lines, timeout, (settings, clock) -> store.open(settings, clock, url));

            assertThat(replayed.toString())
                    .as("seed %s, timeout %s", seed, timeout)
                    .isEqualTo(ReplayTest.computed(lines, timeout));
        }
    }

    @Test
    void replayOfAStoreThatFailsOnTheWaySaysSoInsteadOfFigures() {
        try (PostgresServer dying = PostgresServer.start()) {
            Instant start = Instant.EPOCH;
            TraceReplay replay = new TraceReplay(
                    (settings, clock) -> StoreKind.POSTGRES.open(settings, clock, dying.jdbcUrl()),
                    Duration.ofMinutes(5),
                    start);
            replay.beat(new Beat(start.plusSeconds(1), "u1"));
            dying.kill();
            replay.beat(new Beat(start.plusSeconds(1), "u2"));

            assertThatThrownBy(() -> replay.beat(new Beat(start.plusSeconds(2), "u3")))
                    .isInstanceOf(PresenceStoreUnavailableException.class)
                    .hasMessageStartingWith("the store failed on the way: ");
            assertThatThrownBy(replay::close)
                    .isInstanceOf(PresenceStoreUnavailableException.class)
                    .hasMessageContaining("could not be deleted");
        }
    }

    private static List<String> tables(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet result = connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE"})) {
            List<String> names = new ArrayList<>();
            while (result.next()) {
                names.add(result.getString("TABLE_NAME"));
            }
            return names;
        }
    }
}
