package dev.presence.jdbc;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of the tables. They are part of statements, so nothing but a plain identifier goes into them. */
record Tables(@Nullable String schema, String prefix) {
    static final String DEFAULT_PREFIX = "presence_";

    private static final Pattern IDENTIFIER = Pattern.compile("[a-z_][a-z0-9_]{0,31}");

    Tables {
        require("tablePrefix", prefix);
        if (schema != null) {
            require("schema", schema);
        }
    }

    private static void require(String name, String value) {
        if (!IDENTIFIER.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    name + " must be 1 to 32 of a-z, 0-9 and _, and not begin with a digit: " + value);
        }
    }

    String user() {
        return name("user");
    }

    String bucket() {
        return name("bucket");
    }

    String group() {
        return name("group");
    }

    String feed() {
        return name("feed");
    }

    private String name(String table) {
        return (schema == null ? "" : schema + ".") + prefix + table;
    }

    /**
     * Puts the names into a text that has the default ones.
     *
     * @param before a pattern of what stands before a name that the schema belongs to
     */
    String inPlace(String sql, String before) {
        String renamed = sql.replace(DEFAULT_PREFIX, prefix);
        return schema == null ? renamed : renamed.replaceAll("(" + before + ")(" + prefix + ")", "$1" + schema + ".$2");
    }
}
