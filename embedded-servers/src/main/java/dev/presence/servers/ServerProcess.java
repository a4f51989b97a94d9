package dev.presence.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One run of a server, ended with this JVM. Its output goes to a file, as a pipe that nobody reads would block it. */
final class ServerProcess {
    /**
     * Becomes the server on the first line of input. That line is sent when the watchdog knows the process, so that there is no
     * moment in which the JVM could die and leave it behind.
     */
    private static final String LAUNCHER = "read -r line && exec \"$@\"";

    private static final int TAIL_LINES = 20;

    private final Process process;

    private ServerProcess(Process process) {
        this.process = process;
    }

    static ServerProcess start(List<String> command, Path directory, Path log) {
        List<String> launch = new ArrayList<>(List.of("/bin/sh", "-c", LAUNCHER, "launcher"));
        launch.addAll(command);
        try {
            Process process = new ProcessBuilder(launch)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log.toFile()))
                    .start();
            try (OutputStream input = process.getOutputStream()) {
                Workspace.get().adopt(process);
                input.write('\n');
            }
            return new ServerProcess(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String tail(Path log) {
        try {
            List<String> lines =
                    new String(Files.readAllBytes(log), UTF_8).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Returns what the process ended with. It must have ended. */
    int exitStatus() {
        return process.exitValue();
    }

    void kill() {
        process.destroyForcibly();
        waitFor(process);
    }

    void signal(String name) {
        if (!isAlive()) {
            throw new IllegalStateException("the server does not run");
        }
        try {
            // The shell's own kill: the program of that name is not everywhere.
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid()).start();
            if (waitFor(kill) != 0) {
                throw new IllegalStateException("cannot send SIG" + name + " to process " + pid());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not interruptible: a test that is interrupted still has to clean up, and this takes milliseconds. */
    private static int waitFor(Process process) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
