package dev.presence.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Redis process on a free port of the loopback address. It keeps no data on disk unless asked to, and it ends when it is closed
 * or this JVM ends, however that happens. Calls block until they are done; not thread-safe.
 *
 * <p>The bundled server is Redis 7.0.15 for Linux and macOS. The system property {@code presence.redis.executable} names another
 * one, by path or as found on the PATH. {@link #startOldest} starts a bundled Redis 6.2.
 *
 * <p>Everything is unpacked, logged and run below {@code java.io.tmpdir}, which must allow programs to run.
 */
public final class RedisServer implements AutoCloseable {
    private final int port;
    private final Path directory;
    private final List<String> command;
    private final String password;

    private ServerProcess process;
    private boolean paused;
    private boolean closed;

    private RedisServer(int port, Path directory, List<String> command, String password) {
        this.port = port;
        this.directory = directory;
        this.command = command;
        this.password = password;
        process = launch();
    }

    /**
     * Starts a server.
     *
     * @param options more options, as on the command line of Redis: {@code "--maxmemory", "10mb"}. Those for saving data win over
     *     the choice to save none
     * @return the server, which answers
     * @throws IllegalStateException if it ends, as with a wrong option, or does not answer in time; with the end of its log
     */
    public static RedisServer start(String... options) {
        return start(List.of(options));
    }

    /**
     * Starts a server of the oldest release that is supported, 6.2, whatever the system property says.
     *
     * @param options as for {@link #start}
     * @return the server, which answers
     * @throws IllegalStateException as {@link #start} does
     */
    public static RedisServer startOldest(String... options) {
        return start(RedisExecutable.OLDEST, List.of(options));
    }

    static RedisServer start(List<String> options) {
        return start(RedisExecutable.CURRENT, options);
    }

    private static RedisServer start(RedisExecutable executable, List<String> options) {
        int port = Ports.take();
        List<String> command = new ArrayList<>(List.of(executable.path(), "--port", "" + port, "--bind", "127.0.0.1"));
        // A replica would find what it has received at its next start, although nobody asked for data on disk.
        command.addAll(List.of("--save", "", "--rdb-del-sync-files", "yes"));
        command.addAll(options);
        return new RedisServer(port, newDirectory(), command, password(options));
    }

    static RedisServer startSentinel(List<String> monitored) {
        int port = Ports.take();
        Path directory = newDirectory();
        List<String> lines = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1"));
        lines.addAll(monitored);
        try {
            // A file, as it is where a sentinel keeps what it finds out.
            Files.write(directory.resolve("sentinel.conf"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RedisServer(
                port, directory, List.of(RedisExecutable.CURRENT.path(), "sentinel.conf", "--sentinel"), "");
    }

    /** The password in the options, or an empty one. */
    static String password(List<String> options) {
        int option = options.lastIndexOf("--requirepass");
        return option < 0 ? "" : options.get(option + 1);
    }

    /**
     * Where to connect, without a password.
     *
     * @return {@code redis://127.0.0.1:port}
     */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /**
     * The port, the same for the whole life of the server.
     *
     * @return the port of the clients
     */
    public int port() {
        return port;
    }

    /**
     * The process of the last start.
     *
     * @return its id
     */
    public long pid() {
        return process.pid();
    }

    /**
     * What the server wrote, over all its starts. Goes with the server; after a start that failed it stays until this JVM ends.
     *
     * @return the log file
     */
    public Path log() {
        return directory.resolve("server.log");
    }

    /**
     * Whether the server answers: it is neither dead nor paused.
     *
     * @return whether it runs
     */
    public boolean isRunning() {
        return process.isAlive() && !paused;
    }

    /** Kills the server as kill -9 does, and returns when it is dead. Does nothing if it is. */
    public void kill() {
        process.kill();
    }

    /**
     * Kills the server if it runs, and starts it on the same port with the same options: without data unless the options
     * have it save some, but still with its place in a cluster.
     *
     * @throws IllegalStateException if it ends or does not answer in time, with the end of its log; or if it was closed
     */
    public void restart() {
        if (closed) {
            throw new IllegalStateException("the server was closed");
        }
        kill();
        paused = false;
        process = launch();
    }

    /**
     * Stops the process as SIGSTOP does: connections stay open, and are accepted, but nothing is answered.
     *
     * @throws IllegalStateException if it is dead
     */
    public void pause() {
        process.signal("STOP");
        paused = true;
    }

    /**
     * Lets a paused server go on.
     *
     * @throws IllegalStateException if it is dead
     */
    public void resume() {
        process.signal("CONT");
        paused = false;
    }

    /** Kills the server and deletes its files. Does nothing the second time. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            kill();
            Ports.release(port);
            Workspace.get().delete(directory);
        }
    }

    static void closeAll(List<RedisServer> servers) {
        servers.forEach(RedisServer::close);
    }

    String password() {
        return password;
    }

    /**
     * Sends one command over a connection of its own, with the password of the start.
     *
     * @param words the command and its arguments, in Latin-1
     * @return a String, a Long, a List of these, or null
     * @throws RedisRefusal if the answer is an error
     * @throws UncheckedIOException if there is no answer
     */
    @Nullable
    public Object call(String... words) {
        try (RedisConnection connection = RedisConnection.open(port)) {
            if (!password.isEmpty()) {
                connection.call(List.of("AUTH", password));
            }
            return connection.call(List.of(words));
        }
    }

    /** Sends a command that is answered with text. */
    String text(String... words) {
        return String.valueOf(call(words));
    }

    /** Sends a command that is answered with a list. */
    List<?> list(String... words) {
        return call(words) instanceof List<?> list ? list : List.of();
    }

    private ServerProcess launch() {
        ServerProcess started = ServerProcess.start(command, directory, log());
        try {
            Poll.until(() -> answers(started), () -> complaint("did not answer"));
            return started;
        } catch (IllegalStateException e) {
            started.kill();
            throw e;
        }
    }

    private boolean answers(ServerProcess started) {
        if (!started.isAlive()) {
            throw new IllegalStateException(complaint("ended with status " + started.exitStatus()));
        }
        try (RedisConnection connection = RedisConnection.open(port)) {
            return "PONG".equals(connection.call(List.of("PING")));
        } catch (RedisRefusal e) {
            // It is up, but not for just anybody; whereas one that is loading will be up.
            return e.is("NOAUTH") || e.is("NOPERM");
        }
    }

    private String complaint(String what) {
        return "%s on port %d %s; the end of %s:%n%s"
                .formatted(command.get(0), port, what, log(), ServerProcess.tail(log()));
    }

    private static Path newDirectory() {
        try {
            return Workspace.get().newDirectory("redis");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
