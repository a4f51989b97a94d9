package dev.presence.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/** Creates the tables that are missing. */
final class SchemaScript {
    private final Dialect dialect;
    private final Tables tables;
    private final boolean isUnlogged;

    SchemaScript(Dialect dialect, Tables tables, boolean isUnlogged) {
        if (isUnlogged && dialect != Dialect.POSTGRESQL) {
            throw new IllegalArgumentException("only PostgreSQL has unlogged tables, not " + dialect.product());
        }
        this.dialect = dialect;
        this.tables = tables;
        this.isUnlogged = isUnlogged;
    }

    void run(Database database) {
        for (String statement : statements()) {
            database.single("creating the tables", connection -> {
                try (Statement run = connection.createStatement()) {
                    return run.execute(statement);
                }
            });
        }
    }

    private List<String> statements() {
        String script = tables.inPlace(read(), dialect.beforeSchema());
        return Arrays.stream(script.split(";", -1))
                .map(statement -> isUnlogged ? statement.replace("CREATE TABLE", "CREATE UNLOGGED TABLE") : statement)
                .filter(statement -> !statement.isBlank())
                .toList();
    }

    /** Without comments, in which there may be semicolons. */
    private String read() {
        String name = "schema-" + dialect.product() + ".sql";
        try (InputStream script = SchemaScript.class.getResourceAsStream(name)) {
            if (script == null) {
                throw new IllegalStateException(name + " is missing beside " + SchemaScript.class);
            }
            return new String(script.readAllBytes(), UTF_8).replaceAll("--.*", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
