package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two hosts on one store: who is on one is seen live from the other. */
class NodesIT {
    private static final Pattern SECOND = Pattern.compile("Node 2, on the same store: (http://\\S+)");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"redis", "h2", "postgres"})
    void userOfOneNodeIsSeenLiveFromTheOther(String store) throws Exception {
        try (DemoProcess demo =
                DemoProcess.start(directory, "serve", "--port=0", "--timeout=3s", "--nodes=2", "--store=" + store)) {
            String one = demo.address();
            Matcher second = SECOND.matcher(demo.out());
            assertThat(second.find()).as(demo.out()).isTrue();
            String other = second.group(1);
            assertThat(other).isNotEqualTo(one);

            try (LiveLines there = LiveLines.of(other + "/status/stream?ids=u1,u2&as=u2");
                    LiveLines here = LiveLines.of(one + "/status/stream?ids=u1,u2&as=u1")) {
                there.await("{\"user\":\"u1\",\"status\":\"offline\"}");
                here.await("{\"user\":\"u2\",\"status\":\"offline\"}");

                new Calls(one).post("/heartbeat?as=u1");
                there.await("{\"user\":\"u1\",\"status\":\"online\"");
                new Calls(other).post("/heartbeat?as=u2");
                here.await("{\"user\":\"u2\",\"status\":\"online\"");
                new Calls(other).post("/disconnect?as=u2");
                here.await("{\"user\":\"u2\",\"status\":\"offline\",\"at\"");
                there.await("{\"user\":\"u1\",\"status\":\"offline\",\"at\""); // timed out
                here.await("{\"user\":\"u1\",\"status\":\"offline\",\"at\"");
                assertThat(here.transitions()).isEqualTo(4);
            }
            await().atMost(LIMIT)
                    .until(() -> demo.err().contains("node 1: u1 is offline")
                            && demo.err().contains("node 2: u1 is offline"));
            demo.process().destroy(); // SIGTERM
            assertThat(demo.status()).isEqualTo(143);
            assertThat(demo.out()).endsWith("Stopped.\n");
            assertThat(demo.err().lines()).hasSize(8); // each node tells of each turn, and nothing else is told
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--nodes=2, '--nodes goes with a store that nodes can share, not with --store=inmemory'",
        "--nodes=0, '--nodes must be at least 1, not 0'"
    })
    void nodesThatCannotBeAreAClearError(String option, String expected) {
        CommandRun run = CommandRun.of("serve", "--port=0", option);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("demo: " + expected);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void secondNodeHasTheNextPort() throws IOException {
        try (ServerSocket taken = takenAfterAFreeOne()) {
            CommandRun run = CommandRun.of("serve", "--port=" + (taken.getLocalPort() - 1), "--nodes=2", "--store=h2");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err().lines())
                    .containsExactly("demo: cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": Address already in use; --port=0 takes any port that is free");
        }
    }

    private static ServerSocket takenAfterAFreeOne() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int attempt = 0; attempt < 100; attempt++) {
            try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
                return new ServerSocket(free.getLocalPort() + 1, 1, loopback);
            } catch (BindException e) {
                // somebody has that one: look elsewhere
            }
        }
        throw new IOException("no two ports are free");
    }
}
