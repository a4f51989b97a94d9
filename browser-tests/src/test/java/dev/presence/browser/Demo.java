package dev.presence.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The demo, in a process of its own that can be killed and started again at the same address. */
final class Demo implements AutoCloseable {
    private static final Path JAR = Path.of("..", "demo", "target", "demo.jar");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> command = new ArrayList<>();
    private final int port = freePort();
    private Process process;

    private Demo(String... options) {
        assertThat(JAR)
                .as("build the demo first: mvn -pl demo -am package -DskipTests")
                .exists();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        command.addAll(List.of(java, "-Xmx256m", "-jar", JAR.toString(), "serve", "--port=" + port));
        command.addAll(List.of(options));
        process = launch();
    }

    static Demo start(String... options) {
        Demo demo = new Demo(options);
        demo.awaitUp();
        return demo;
    }

    private Process launch() {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/demo-" + port + ".log")))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitUp() {
        await().atMost(LIMIT).ignoreExceptions().until(() -> get("/demo/people").contains("visitors"));
    }

    /** Ends the process without giving it a chance to say so. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void startAgain() {
        process = launch();
        awaitUp();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    String get(String path) {
        return send("GET", path);
    }

    String post(String path) {
        return send("POST", path);
    }

    private String send(String method, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url(path)))
                .method(method, BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(20))
                .build();
        try {
            return client.send(request, BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
