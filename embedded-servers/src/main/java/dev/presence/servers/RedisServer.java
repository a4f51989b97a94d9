package dev.presence.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Redis process. It keeps no data on disk unless asked to, so that a restarted one has none, but still its place in a cluster.
 *
 * <p>The bundled server is Redis 7.0.15 for Linux and macOS. The system property {@code presence.redis.executable} names another
 * one, by path or as found on the PATH. {@link #startOldest} starts a bundled Redis 6.2.
 */
public final class RedisServer extends EmbeddedServer {
    private final String password;

    private RedisServer(int port, Path directory, List<String> command, String password) {
        super(port, directory, command);
        this.password = password;
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
        return started(new RedisServer(port, newDirectory("redis"), command, password(options)));
    }

    static RedisServer startSentinel(List<String> monitored) {
        int port = Ports.take();
        Path directory = newDirectory("redis");
        List<String> lines = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1"));
        lines.addAll(monitored);
        try {
            // A file, as it is where a sentinel keeps what it finds out.
            Files.write(directory.resolve("sentinel.conf"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = List.of(RedisExecutable.CURRENT.path(), "sentinel.conf", "--sentinel");
        return started(new RedisServer(port, directory, command, ""));
    }

    private static RedisServer started(RedisServer server) {
        server.awaitAnswer();
        return server;
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
        return "redis://127.0.0.1:" + port();
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
        try (RedisConnection connection = RedisConnection.open(port())) {
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

    @Override
    boolean answers() {
        try (RedisConnection connection = RedisConnection.open(port())) {
            return "PONG".equals(connection.call(List.of("PING")));
        } catch (RedisRefusal e) {
            // It is up, but not for just anybody; whereas one that is loading will be up.
            return e.is("NOAUTH") || e.is("NOPERM");
        }
    }
}
