package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the jar as a reader of the README does. */
class DemoJarIT {
    private static final Path JAR = Path.of("target", "demo.jar").toAbsolutePath();
    private static final Path TRACE = Path.of("traces", "web-activity.csv").toAbsolutePath();
    private static final Pattern ADDRESS = Pattern.compile("served at (http://\\S+)");

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void replayOfTheShippedTraceEndsInTheKnownFigures() throws Exception {
        Process replay = java("replay", TRACE.toString(), "--timeout=300s");

        assertThat(replay.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(replay.exitValue()).isZero();
        assertThat(out()).isEqualTo("beats=10000 users=1753 online=3052 offline=3052 peak=59\n");
        assertThat(err()).isEqualTo("chart: " + directory.toRealPath().resolve("online.svg") + "\n");
        assertThat(directory.resolve("online.svg")).isNotEmptyFile();
    }

    @Test
    void serveIsTheDefaultAndEndsCleanly() throws Exception {
        Process serve = java("--port=0", "--timeout=2s");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ADDRESS.matcher(out()).find());
        Matcher address = ADDRESS.matcher(out());
        assertThat(address.find()).isTrue();
        String uri = address.group(1);

        assertThat(send(uri + "/heartbeat?as=u1", "POST")).isEmpty();
        assertThat(send(uri + "/status/user/u1?as=u1", "GET")).contains("\"online\"", "\"lastSeen\"");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> send(uri + "/status/user/u1?as=u1", "GET").contains("\"offline\",\"lastSeen\""));
        await().atMost(Duration.ofSeconds(60)).until(() -> err().contains("u1 is offline"));
        serve.destroy(); // SIGTERM

        assertThat(serve.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(out()).endsWith("Stopped.\n");
        assertThat(err().lines()).hasSize(2);
        assertThat(err().lines().toList().get(0)).endsWith("INFO  u1 is online");
        assertThat(err().lines().toList().get(1)).endsWith("INFO  u1 is offline");
    }

    @Test
    void controlCharactersOfAnIdDoNotReachTheTerminal() throws Exception {
        java("serve", "--port=0");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ADDRESS.matcher(out()).find());
        Matcher address = ADDRESS.matcher(out());
        assertThat(address.find()).isTrue();

        send(address.group(1) + "/heartbeat?as=a%0Ab%1B%5B31m", "POST");

        await().atMost(Duration.ofSeconds(60)).until(() -> err().contains("a?b?[31m is online"));
    }

    private Process java(String... args) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        started.add(process);
        return process;
    }

    private String out() throws IOException {
        return Files.readString(directory.resolve("out"));
    }

    private String err() throws IOException {
        return Files.readString(directory.resolve("err"));
    }

    private String send(String uri, String method) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .method(method, BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }
}
