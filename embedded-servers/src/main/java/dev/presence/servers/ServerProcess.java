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
import java.util.stream.Collectors;

/** One run of a server, with all processes that it starts, ended with this JVM. Its output goes to a file, as a pipe that nobody reads would block it. */
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

    /** Runs a program to its end, with nothing to read. */
    static void run(List<String> command, Path directory, Path log) {
        ServerProcess started = start(command, directory, log);
        int status = waitFor(started.process);
        if (status != 0) {
            throw new IllegalStateException("%s ended with status %d; the end of %s:%n%s"
                    .formatted(String.join(" ", command), status, log, tail(log)));
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
        // Once stopped it starts no more processes. If it just died there are none of which it would be the parent.
        boolean unused = isAlive() && send("STOP", List.of(process.toHandle()));
        List<ProcessHandle> others = process.descendants().toList();
        process.destroyForcibly();
        waitFor(process);
        others.forEach(ProcessHandle::destroyForcibly);
        Poll.until(() -> others.stream().noneMatch(ServerProcess::runs), () -> "processes of the server live on");
    }

    /** Stops the process first, which then starts no more. */
    void pause() {
        signal("STOP", List.of(process.toHandle()));
        List<ProcessHandle> others = process.descendants().toList();
        Workspace.get().alsoEnd(others);
        signal("STOP", others);
    }

    void resume() {
        signal("CONT", process.descendants().toList());
        signal("CONT", List.of(process.toHandle()));
    }

    private void signal(String name, List<ProcessHandle> receivers) {
        if (!isAlive()) {
            throw new IllegalStateException("the server does not run");
        }
        if (!receivers.isEmpty() && !send(name, receivers)) {
            throw new IllegalStateException("cannot send SIG" + name + " to all of " + receivers);
        }
    }

    /** Returns whether all got it. */
    private static boolean send(String name, List<ProcessHandle> receivers) {
        String pids = receivers.stream().map(it -> "" + it.pid()).collect(Collectors.joining(" "));
        try {
            // The shell's own kill: the program of that name is not everywhere.
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pids)
                    .redirectError(Redirect.DISCARD)
                    .start();
            return waitFor(kill) == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A dead process may stay in the table for want of a parent that cares, but without its command. */
    private static boolean runs(ProcessHandle handle) {
        return handle.isAlive() && handle.info().command().isPresent();
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
