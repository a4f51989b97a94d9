package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.presence.PresenceStoreUnavailableException;
import dev.presence.servers.RedisCluster;
import dev.presence.servers.RedisServer;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo on a Redis that others use too. */
class RedisDemoIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static RedisServer server;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void nodesOnOneServerAgree() throws Exception {
        String[] args = {"serve", "--port=0", "--timeout=3s", "--store=redis", "--redis=" + server.uri()};
        try (DemoProcess one = DemoProcess.start(Files.createDirectory(directory.resolve("one")), args);
                DemoProcess other = DemoProcess.start(Files.createDirectory(directory.resolve("other")), args)) {
            Calls here = new Calls(one.address());
            Calls there = new Calls(other.address());

            here.post("/heartbeat?as=u1");
            await().atMost(LIMIT).until(() -> there.get("/status/user/u1?as=u2").contains("\"online\",\"lastSeen\""));
            await().atMost(LIMIT).until(() -> other.err().contains("u1 is online"));

            await().atMost(LIMIT).until(() -> there.get("/status/user/u1?as=u2").contains("\"offline\",\"lastSeen\""));
            assertThat(here.get("/status/user/u1?as=u1")).contains("\"offline\",\"lastSeen\"");
            await().atMost(LIMIT)
                    .until(() ->
                            one.err().contains("u1 is offline") && other.err().contains("u1 is offline"));

            there.post("/heartbeat?as=u3&session=tab");
            assertThat(there.get("/status/user/u3?as=u3")).contains("\"online\"");
            await().atMost(LIMIT).until(() -> here.get("/status/user/u3?as=u1").contains("\"online\""));
            here.post("/disconnect?as=u3&session=tab"); // ended elsewhere than it beat
            assertThat(here.get("/status/user/u3?as=u3")).contains("\"offline\",\"lastSeen\"");
            await().atMost(Duration.ofSeconds(2)) // well before the timeout
                    .until(() -> there.get("/status/user/u3?as=u3").contains("\"offline\",\"lastSeen\""));
            assertThat(there.get("/status/users?ids=u1,u4&as=u2"))
                    .contains(
                            "{\"user\":\"u1\",\"status\":\"offline\",\"lastSeen\":",
                            "{\"user\":\"u4\",\"status\":\"offline\"}");
            await().atMost(LIMIT).until(() -> one.err().contains("u3 is offline"));
            assertThat(one.err().lines()).hasSize(4); // who came and went, each once, and nothing else
        }
    }

    @Test
    void settingsThatDifferFromThoseOfAnotherNodeAreRefusedWithBoth() throws Exception {
        try (RedisServer own = RedisServer.start();
                DemoProcess first =
                        DemoProcess.start(directory, "serve", "--port=0", "--store=redis", "--redis=" + own.uri())) {
            first.address();

            CommandRun second =
                    CommandRun.of("serve", "--port=0", "--timeout=7s", "--store=redis", "--redis=" + own.uri());

            assertThat(second.status()).isEqualTo(2);
            assertThat(second.err()).startsWith("demo: ").contains("PT7S", "PT30S");
        }
    }

    @Test
    void replayLeavesNothingInAServerThatGoesOn() throws IOException {
        Path trace = Files.writeString(directory.resolve("trace.csv"), "100,u1\n160,u2\n400,u1\n");
        long before = keys(server.uri());

        CommandRun run = CommandRun.of(
                "replay",
                trace.toString(),
                "--svg=" + directory.resolve("x.svg"),
                "--store=redis",
                "--redis=" + server.uri());

        assertThat(run.lastLine()).isEqualTo("beats=3 users=2 online=2 offline=2 peak=2");
        assertThat(run.status()).isZero();
        assertThat(keys(server.uri())).isEqualTo(before);
    }

    @Test
    void replayLeavesNothingInAClusterThatGoesOn() throws IOException {
        Path trace = Files.writeString(directory.resolve("trace.csv"), "100,u1\n160,u2\n400,u1\n");
        try (RedisCluster cluster = RedisCluster.start(3, 0)) {
            CommandRun run = CommandRun.of(
                    "replay",
                    trace.toString(),
                    "--svg=" + directory.resolve("x.svg"),
                    "--store=redis",
                    "--redis=" + cluster.uris().get(0));

            assertThat(run.lastLine()).isEqualTo("beats=3 users=2 online=2 offline=2 peak=2");
            assertThat(cluster.uris()).allSatisfy(uri -> assertThat(keys(uri)).isZero());
        }
    }

    @Test
    void replaysAgreeWithAnIndependentComputation() {
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            List<String> lines = ReplayTest.randomTrace(random);
            Duration timeout = Duration.ofMillis(500L * (2 + random.nextInt(40)));

            ReplaySummary replayed = ReplayTest.replayed(
                    lines, timeout, (settings, clock) -> StoreKind.REDIS.open(settings, clock, server.uri()));

            assertThat(replayed.toString())
                    .as("seed %s, timeout %s", seed, timeout)
                    .isEqualTo(ReplayTest.computed(lines, timeout));
        }
    }

    @Test
    void replayOfAStoreThatFailsOnTheWaySaysSoInsteadOfFigures() {
        try (RedisServer dying = RedisServer.start()) {
            Instant start = Instant.EPOCH;
            TraceReplay replay = new TraceReplay(
                    (settings, clock) -> StoreKind.REDIS.open(settings, clock, dying.uri()),
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

    private static long keys(String uri) {
        try (RedisClient client = RedisClient.create(uri);
                var connection = client.connect()) {
            return connection.sync().dbsize();
        }
    }
}
