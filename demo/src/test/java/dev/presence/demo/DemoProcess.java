package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The jar at work, as a reader of the README runs it. */
record DemoProcess(Process process, Path directory) implements AutoCloseable {
    private static final Path JAR = Path.of("target", "demo.jar").toAbsolutePath();
    private static final Pattern ADDRESS = Pattern.compile("served at (http://\\S+)");
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Starts it in a directory, which is to be empty. */
    static DemoProcess start(Path directory, String... args) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        return new DemoProcess(process, directory);
    }

    /** Where it serves, once it does. */
    String address() throws IOException {
        await().atMost(LIMIT).until(() -> ADDRESS.matcher(out()).find() || !process.isAlive());
        Matcher address = ADDRESS.matcher(out());
        assertThat(address.find()).as(err()).isTrue();
        return address.group(1);
    }

    /** Waits for the end, and returns the exit status. */
    int status() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    String out() throws IOException {
        return Files.readString(directory.resolve("out"));
    }

    String err() throws IOException {
        return Files.readString(directory.resolve("err"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
