package dev.presence.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts a JVM that starts a server, and lets that JVM die. */
class JvmDeathIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private Process jvm;
    private long pid;
    private Path log;

    private void start(String server) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        jvm = new ProcessBuilder(
                        java,
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JvmWithServer.class.getName(),
                        server)
                .redirectError(directory.resolve("err").toFile())
                .start();
        String line = jvm.inputReader().readLine();
        assertThat(line).as(Files.readString(directory.resolve("err"))).isNotNull();
        pid = Long.parseLong(line.substring(0, line.indexOf(' ')));
        log = Path.of(line.substring(line.indexOf(' ') + 1));
        assertThat(runs(pid)).isTrue();
        assertThat(log).exists();
    }

    @AfterEach
    void stop() {
        jvm.destroyForcibly();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "postgres", "paused"})
    void serverDiesWithAKilledJvm(String server) throws Exception {
        start(server);
        List<ProcessHandle> others =
                ProcessHandle.of(pid).orElseThrow().descendants().toList();

        jvm.destroyForcibly();
        assertThat(jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();

        await().atMost(LIMIT).until(() -> !runs(pid) && !root().toFile().exists());
        await().atMost(LIMIT).until(() -> others.stream().noneMatch(other -> runs(other.pid())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "postgres", "paused"})
    void serverIsGoneWhenTheJvmHasEnded(String server) throws Exception {
        start(server);
        jvm.getOutputStream().close();
        assertThat(jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();

        assertThat(jvm.exitValue()).isZero();
        assertThat(runs(pid)).isFalse();
        assertThat(root()).doesNotExist();
    }

    private Path root() {
        return log.getParent().getParent();
    }

    /** A dead process may stay in the table for want of a parent that cares, but without its command. */
    private static boolean runs(long pid) {
        return ProcessHandle.of(pid).flatMap(handle -> handle.info().command()).isPresent();
    }
}
