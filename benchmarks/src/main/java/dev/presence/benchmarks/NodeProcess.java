package dev.presence.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Another JVM on the class path of this one. It ends when this one closes its input, or is killed. */
final class NodeProcess implements AutoCloseable {
    private static final long LIMIT_SECONDS = 120;
    private static final String ANSWER = "! ";

    private final Process process;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private NodeProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param heap its largest heap, as {@code -Xmx} has it
     * @param main what to run
     * @param said is told each line that it prints, but for answers, as it comes
     */
    static NodeProcess start(String heap, Class<?> main, Consumer<String> said, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(Arrays.asList(arguments));
        NodeProcess node = new NodeProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        Thread reader = new Thread(() -> node.read(said), "node-output");
        reader.setDaemon(true);
        reader.start();
        return node;
    }

    /** Prints an answer, in the process that was started. */
    static void answer(String text) {
        System.out.println(ANSWER + text);
        System.out.flush();
    }

    private void read(Consumer<String> said) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(ANSWER)) {
                    answers.add(line.substring(ANSWER.length()));
                } else {
                    said.accept(line);
                }
            }
        } catch (IOException e) {
            // its end of the pipe broke when it was killed
        }
    }

    /** The next answer. */
    String answer() throws InterruptedException {
        String answer = answers.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (answer == null) {
            throw new IllegalStateException(
                    "the process says nothing; it is " + (process.isAlive() ? "alive" : "dead"));
        }
        return answer;
    }

    /** Has it do something. */
    void say(String line) {
        try {
            process.outputWriter().write(line + "\n");
            process.outputWriter().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the process does not listen", e);
        }
    }

    /** As {@code kill -9}: it has no chance to say goodbye to anybody. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
