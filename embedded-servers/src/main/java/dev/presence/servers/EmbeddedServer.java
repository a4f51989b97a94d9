package dev.presence.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One server on a port of the loopback address, and what can befall it. It ends when it is closed or this JVM ends, however
 * that happens. Calls block until they are done; not thread-safe.
 *
 * <p>Everything is unpacked, logged and run below {@code java.io.tmpdir}, which must allow programs to run.
 */
public abstract class EmbeddedServer implements AutoCloseable {
    private final int port;
    private final Path directory;
    private final List<String> command;

    private ServerProcess process;
    private boolean paused;
    private boolean closed;

    EmbeddedServer(int port, Path directory, List<String> command) {
        this.port = port;
        this.directory = directory;
        this.command = command;
        process = ServerProcess.start(command, directory, log());
    }

    static Path newDirectory(String name) {
        try {
            return Workspace.get().newDirectory(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The port, the same for the whole life of the server.
     *
     * @return the port of the clients
     */
    public final int port() {
        return port;
    }

    /**
     * The process of the last start.
     *
     * @return its id
     */
    public final long pid() {
        return process.pid();
    }

    /**
     * What the server wrote, over all its starts. Goes with the server; after a start that failed it stays until this JVM ends.
     *
     * @return the log file
     */
    public final Path log() {
        return directory.resolve("server.log");
    }

    /**
     * Whether the server answers: it is neither dead nor paused.
     *
     * @return whether it runs
     */
    public final boolean isRunning() {
        return process.isAlive() && !paused;
    }

    /** Kills all processes of the server as kill -9 does, and returns when they are dead. Does nothing if they are. */
    public final void kill() {
        process.kill();
    }

    /**
     * Kills the server if it runs, and starts it on the same port with the same options and on what it keeps on disk.
     *
     * @throws IllegalStateException if it ends or does not answer in time, with the end of its log; or if it was closed
     */
    public final void restart() {
        if (closed) {
            throw new IllegalStateException("the server was closed");
        }
        kill();
        paused = false;
        process = ServerProcess.start(command, directory, log());
        awaitAnswer();
    }

    /**
     * Stops all processes of the server as SIGSTOP does: connections stay open, and are accepted, but nothing is answered.
     *
     * @throws IllegalStateException if it is dead
     */
    public final void pause() {
        process.pause();
        paused = true;
    }

    /**
     * Lets a paused server go on.
     *
     * @throws IllegalStateException if it is dead
     */
    public final void resume() {
        process.resume();
        paused = false;
    }

    /** Kills the server and deletes its files. Does nothing the second time. */
    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            kill();
            Ports.release(port);
            Workspace.get().delete(directory);
        }
    }

    /** Returns whether the server, which runs, answers yet. What {@link Poll} forgives means no. */
    abstract boolean answers();

    final Path directory() {
        return directory;
    }

    final void awaitAnswer() {
        try {
            Poll.until(this::answersOrEnds, () -> complaint("did not answer"));
        } catch (IllegalStateException e) {
            process.kill();
            throw e;
        }
    }

    private boolean answersOrEnds() {
        if (!process.isAlive()) {
            throw new IllegalStateException(complaint("ended with status " + process.exitStatus()));
        }
        return answers();
    }

    private String complaint(String what) {
        return "%s on port %d %s; the end of %s:%n%s"
                .formatted(command.get(0), port, what, log(), ServerProcess.tail(log()));
    }
}
