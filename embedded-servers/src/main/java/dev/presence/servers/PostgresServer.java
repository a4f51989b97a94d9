package dev.presence.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL 18 with an empty database, kept on disk until it is closed. Everybody on this machine may connect to it as its
 * superuser.
 *
 * <p>By default it does not sync its files: what it keeps outlives its processes, but not the machine.
 *
 * <p>The system property {@code presence.postgres.url} names another PostgreSQL for {@link #sharedUrl()}.
 */
public final class PostgresServer extends EmbeddedServer {
    /** The superuser; it has no password. */
    public static final String USER = "postgres";

    static final String PROPERTY = "presence.postgres.url";

    /** Which line of the file of the process says how far the server is. */
    private static final int STATUS_LINE = 7;

    private static @Nullable PostgresServer shared; // guarded by the class

    private final List<String> settings;

    private PostgresServer(int port, Path directory, List<String> settings) {
        super(port, directory, PostgresFiles.get().command("postgres", arguments(port, directory, settings)));
        this.settings = settings;
    }

    /**
     * Starts a server.
     *
     * @param settings as in {@code postgresql.conf}, which win over the defaults: {@code "fsync=on", "max_connections=20"}
     * @return the server, which answers
     * @throws IllegalStateException if it ends, as with a wrong setting, or does not answer in time; with the end of its log
     */
    public static PostgresServer start(String... settings) {
        Path directory = newDirectory("postgres");
        PostgresFiles.get().copyEmpty(data(directory));
        return started(directory, List.of(settings));
    }

    /**
     * A database that this JVM uses throughout: that of the system property, or that of a server which is started with the
     * first call, with default settings, and ends with this JVM.
     *
     * @return its JDBC URL, complete with the user
     * @throws IllegalStateException as {@link #start} does
     */
    public static synchronized String sharedUrl() {
        String named = System.getProperty(PROPERTY, "");
        if (!named.isBlank()) {
            return named;
        }
        PostgresServer server = shared;
        if (server == null) {
            server = start();
            shared = server;
        }
        return server.jdbcUrl();
    }

    private static PostgresServer started(Path directory, List<String> settings) {
        PostgresServer server = new PostgresServer(Ports.take(), directory, settings);
        server.awaitAnswer();
        return server;
    }

    private static List<String> arguments(int port, Path directory, List<String> settings) {
        List<String> arguments = new ArrayList<>(List.of("-D", "" + data(directory), "-p", "" + port));
        List<String> all =
                new ArrayList<>(List.of("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"));
        all.addAll(settings);
        all.forEach(setting -> arguments.addAll(List.of("-c", setting)));
        return arguments;
    }

    private static Path data(Path directory) {
        return directory.resolve("data");
    }

    /**
     * Where to connect as the superuser.
     *
     * @return {@code jdbc:postgresql://127.0.0.1:port/postgres?user=postgres}
     */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres?user=" + USER;
    }

    /**
     * Starts a server that follows this one and answers reads. It has the settings of this one and is closed by itself.
     *
     * @param more settings that win over those of this server
     * @return the replica, which answers, but may still lag behind
     * @throws IllegalStateException as {@link #start} does
     */
    public PostgresServer replica(String... more) {
        Path directory = newDirectory("postgres");
        Path data = data(directory);
        String slot = "replica_" + System.nanoTime();
        try (Connection connection = DriverManager.getConnection(jdbcUrl())) {
            text(connection, "SELECT pg_create_physical_replication_slot('" + slot + "', true)");
            text(connection, "SELECT pg_backup_start('" + slot + "', true)");
            PostgresFiles.copyLive(data(directory()), data);
            Files.writeString(
                    data.resolve("backup_label"), text(connection, "SELECT labelfile FROM pg_backup_stop(false)"));
            Files.writeString(data.resolve("standby.signal"), "");
            Files.writeString(
                    data.resolve("postgresql.auto.conf"), """
                    primary_conninfo = 'host=127.0.0.1 port=%d user=%s'
                    primary_slot_name = '%s'
                    """.formatted(port(), USER, slot), StandardOpenOption.APPEND);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot copy the server on port " + port(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> all = new ArrayList<>(settings);
        all.addAll(List.of(more));
        return started(directory, all);
    }

    /**
     * Lets a replica follow no more and take writes, and returns when it does.
     *
     * @throws IllegalStateException if it is no replica, or does not become a primary in time
     */
    public void promote() {
        try (Connection connection = DriverManager.getConnection(jdbcUrl())) {
            if (!text(connection, "SELECT pg_promote()").equals("t")) {
                throw new IllegalStateException("the server on port " + port() + " was not promoted in time");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot promote the server on port " + port(), e);
        }
    }

    /** A file that an earlier process left has another id on its first line. */
    @Override
    boolean answers() {
        try {
            List<String> lines = Files.readAllLines(data(directory()).resolve("postmaster.pid"));
            return lines.size() > STATUS_LINE
                    && lines.get(0).equals("" + pid())
                    && lines.get(STATUS_LINE).startsWith("ready");
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return String.valueOf(result.getString(1));
        }
    }
}
