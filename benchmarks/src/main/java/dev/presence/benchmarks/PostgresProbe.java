package dev.presence.benchmarks;

import dev.presence.servers.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;

/** What a PostgreSQL of this machine says of itself, over a connection of its own, and what the system says of it. */
final class PostgresProbe implements ServerProbe {
    /** The tables of the store, as {@code LIKE} takes them. */
    static final String OURS = "presence\\_%";

    private static final double TICKS_PER_SECOND = 100; // of Linux on all usual machines

    private final PostgresServer server;
    private final Connection connection;

    PostgresProbe(PostgresServer server) {
        this.server = server;
        try {
            connection = DriverManager.getConnection(server.jdbcUrl());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static String describe(PostgresServer server) {
        try (PostgresProbe probe = new PostgresProbe(server)) {
            return probe.toString();
        }
    }

    void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String ask(String query) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? String.valueOf(result.getString(1)) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    double number(String query) {
        return Double.parseDouble(ask(query));
    }

    /** What the tables of such names take, with their indexes. */
    double bytes(String names) {
        return number("SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables WHERE relname LIKE '" + names
                + "'");
    }

    /** The CPU time of all its processes, those that have ended too where the system tells of them. */
    @Override
    public double cpuSeconds() {
        ProcessHandle first = ProcessHandle.of(server.pid()).orElseThrow();
        return endedSeconds()
                + Stream.concat(Stream.of(first), first.descendants())
                                .map(process ->
                                        process.info().totalCpuDuration().orElse(Duration.ZERO))
                                .mapToLong(Duration::toNanos)
                                .sum()
                        / 1e9;
    }

    /** Of the children that have ended, by fields 16 and 17 of Linux's <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">stat</a>. */
    private double endedSeconds() {
        Path stat = Path.of("/proc", Long.toString(server.pid()), "stat");
        if (!Files.isReadable(stat)) {
            return 0;
        }
        try {
            String text = Files.readString(stat);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1); // from the third on
            return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Transactions that were committed, as far as the sessions have told of them. */
    @Override
    public long calls() {
        return (long) number("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");
    }

    /** The database on disk. */
    @Override
    public long bytes() {
        return (long) number("SELECT pg_database_size(current_database())");
    }

    @Override
    public String where() {
        return "on disk";
    }

    /** The version of the server and how it writes. */
    @Override
    public String toString() {
        return "PostgreSQL " + ask("SHOW server_version") + ", fsync " + ask("SHOW fsync") + ", shared buffers "
                + ask("SHOW shared_buffers");
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
