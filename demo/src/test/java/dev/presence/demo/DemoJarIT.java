package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the jar as a reader of the README does. */
class DemoJarIT {
    private static final Path TRACE = Path.of("traces", "web-activity.csv").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"inmemory", "redis", "h2", "postgres"})
    void replayOfTheShippedTraceEndsInTheKnownFigures(String store) throws Exception {
        try (DemoProcess replay =
                DemoProcess.start(directory, "replay", TRACE.toString(), "--timeout=300s", "--store=" + store)) {
            assertThat(replay.status()).as(replay.err()).isZero();
            assertThat(replay.out()).isEqualTo("beats=10000 users=1753 online=3052 offline=3052 peak=59\n");
            assertThat(replay.err())
                    .isEqualTo("chart: " + directory.toRealPath().resolve("online.svg") + "\n");
            assertThat(directory.resolve("online.svg")).isNotEmptyFile();
        }
    }

    @Test
    void serveIsTheDefaultAndEndsCleanly() throws Exception {
        try (DemoProcess serve = DemoProcess.start(directory, "--port=0", "--timeout=2s")) {
            comesGoesAndEnds(serve);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "h2", "postgres"})
    void serveBringsItsOwnServerAndEndsCleanly(String store) throws Exception {
        try (DemoProcess serve = DemoProcess.start(
                directory, "serve", "--port=0", "--timeout=2s", "--simulated=0", "--store=" + store)) {
            comesGoesAndEnds(serve);
        }
    }

    private static void comesGoesAndEnds(DemoProcess serve) throws Exception {
        Calls calls = new Calls(serve.address());
        calls.post("/heartbeat?as=u1");
        assertThat(calls.get("/status/user/u1?as=u1")).contains("\"online\"", "\"lastSeen\"");
        await().atMost(LIMIT).until(() -> calls.get("/status/user/u1?as=u1").contains("\"offline\",\"lastSeen\""));
        await().atMost(LIMIT).until(() -> serve.err().contains("u1 is offline"));
        serve.process().destroy(); // SIGTERM

        assertThat(serve.status()).isEqualTo(143);
        assertThat(serve.out()).endsWith("Stopped.\n");
        assertThat(serve.err().lines()).hasSize(2);
        assertThat(serve.err().lines().toList().get(0)).endsWith("INFO  u1 is online");
        assertThat(serve.err().lines().toList().get(1)).endsWith("INFO  u1 is offline");
    }

    @Test
    void controlCharactersOfAnIdDoNotReachTheTerminal() throws Exception {
        try (DemoProcess serve = DemoProcess.start(directory, "serve", "--port=0")) {
            new Calls(serve.address()).post("/heartbeat?as=a%0Ab%1B%5B31m");

            await().atMost(LIMIT).until(() -> serve.err().contains("a?b?[31m is online"));
        }
    }
}
