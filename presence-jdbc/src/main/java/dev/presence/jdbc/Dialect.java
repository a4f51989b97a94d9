package dev.presence.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the databases differ. */
enum Dialect {
    POSTGRESQL("postgresql", "bigint") {
        @Override
        String clock() {
            return "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)";
        }

        /** The timeline: another one after a failover, when what the old primary acknowledged may be missing. */
        @Override
        String run() {
            return "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";
        }

        @Override
        String upsert(String table, List<String> columns, String key, int rows, String... changes) {
            String action = changes.length == 0
                    ? "NOTHING"
                    : "UPDATE SET " + changes(changes, bare(table) + ".", "excluded.", "");
            return insert(table, columns, rows) + " ON CONFLICT (" + key + ") DO " + action;
        }
    },

    /** MariaDB too. */
    MYSQL("mysql", "signed") {
        @Override
        String clock() {
            return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000";
        }

        @Override
        String run() {
            return "CONCAT(@@hostname, ':', @@port, ':', @@server_id)";
        }

        @Override
        String upsert(String table, List<String> columns, String key, int rows, String... changes) {
            String[] all = changes.length == 0 ? new String[] {"grp = old.grp"} : changes;
            return insert(table, columns, rows) + " ON DUPLICATE KEY UPDATE "
                    + changes(all, bare(table) + ".", "VALUES(", ")");
        }
    },

    H2("h2", "bigint") {
        @Override
        String clock() {
            return "CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000) AS bigint)";
        }

        @Override
        String run() {
            return "'h2'";
        }

        /** An index is in the schema of its table, and has to say so. */
        @Override
        String beforeSchema() {
            return super.beforeSchema() + "|INDEX IF NOT EXISTS ";
        }

        @Override
        String upsert(String table, List<String> columns, String key, int rows, String... changes) {
            String typed = columns.stream()
                    .map(column -> "CAST(? AS " + type(column) + ")")
                    .collect(Collectors.joining(", ", "(", ")"));
            String join = List.of(key.split(", ", -1)).stream()
                    .map(column -> "o." + column + " = n." + column)
                    .collect(Collectors.joining(" AND "));
            String matched =
                    changes.length == 0 ? "" : " WHEN MATCHED THEN UPDATE SET " + changes(changes, "o.", "n.", "");
            return "MERGE INTO " + table + " o USING (VALUES " + repeat(typed, rows) + ") n (" + list(columns) + ") ON "
                    + join + matched + " WHEN NOT MATCHED THEN INSERT (" + list(columns) + ") VALUES ("
                    + columns.stream().map("n."::concat).collect(Collectors.joining(", ")) + ")";
        }

        private String type(String column) {
            return switch (column) {
                case "user_id" -> "varbinary(256)";
                case "more" -> "varbinary(16777216)";
                case "online", "came" -> "boolean";
                case "run", "turn_node" -> "varchar(256)";
                default -> "bigint";
            };
        }
    };

    private final String product;
    private final String longType;

    Dialect(String product, String longType) {
        this.product = product;
        this.longType = longType;
    }

    /**
     * Tells which one a database needs.
     *
     * @throws IllegalArgumentException for a product that is not supported, with its name
     */
    static Dialect of(Connection connection) throws SQLException {
        String name = connection.getMetaData().getDatabaseProductName();
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "postgresql" -> POSTGRESQL;
            case "mysql", "mariadb" -> MYSQL;
            case "h2" -> H2;
            default ->
                throw new IllegalArgumentException(
                        "presence is not kept in " + name + ": only in PostgreSQL, MySQL, MariaDB and H2");
        };
    }

    /** A pattern of what stands before a name in the schema file that the schema belongs to. */
    String beforeSchema() {
        return "TABLE IF NOT EXISTS | ON ";
    }

    /** As in the name of the schema file. */
    String product() {
        return product;
    }

    /** The database's time in epoch milliseconds, whatever time zones there are. */
    abstract String clock();

    /** The same, or what is bound in its place. */
    String clockOrGiven() {
        return "COALESCE(CAST(? AS " + longType + "), " + clock() + ")";
    }

    /** Changes where the database may have lost what it acknowledged. */
    abstract String run();

    /**
     * Inserts rows, or changes those that are there.
     *
     * @param key the columns of the key
     * @param changes assignments in which {@code old.} and {@code new.} stand before the columns of the row and of the values; none
     *     to leave what is there
     */
    abstract String upsert(String table, List<String> columns, String key, int rows, String... changes);

    static String insert(String table, List<String> columns, int rows) {
        String one = "(" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
        return "INSERT INTO " + table + " (" + list(columns) + ") VALUES " + repeat(one, rows);
    }

    /** As many places as values, or more: the last value is bound to the rest. So there are few different statements. */
    static String places(int values) {
        return "(" + repeat("?", padded(values)) + ")";
    }

    static int padded(int values) {
        return values <= 1 ? 1 : Integer.highestOneBit(values - 1) * 2;
    }

    private static String repeat(String one, int count) {
        return String.join(", ", Collections.nCopies(count, one));
    }

    private static String list(List<String> columns) {
        return String.join(", ", columns);
    }

    private static String bare(String table) {
        return table.substring(table.indexOf('.') + 1);
    }

    private static String changes(String[] changes, String old, String before, String after) {
        return String.join(", ", changes)
                .replace("old.", old)
                .replaceAll("new\\.([a-z_]+)", java.util.regex.Matcher.quoteReplacement(before) + "$1" + after);
    }
}
