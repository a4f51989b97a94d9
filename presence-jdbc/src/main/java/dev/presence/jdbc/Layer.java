package dev.presence.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

/** What stands between the store and the driver of the database. */
enum Layer {
    /** Nothing that matters. */
    NONE(" FOR UPDATE SKIP LOCKED"),

    /** One that reads statements itself, such as that of Apache ShardingSphere: it passes no arrays on, nor SKIP LOCKED. */
    READING(" FOR UPDATE NOWAIT");

    private static final String IS_LOCKED = "55P03";
    private static final String TRY_AGAIN = "40001";

    private final String lockFree;

    Layer(String lockFree) {
        this.lockFree = lockFree;
    }

    /** Only PostgreSQL's arrays are used, so only there it can matter. */
    static Layer of(Connection connection, Dialect dialect) throws SQLException {
        if (dialect != Dialect.POSTGRESQL) {
            return NONE;
        }
        try {
            connection.createArrayOf("int4", new Integer[0]).free();
            return NONE;
        } catch (SQLFeatureNotSupportedException e) {
            return READING;
        }
    }

    /** The end of a select that locks and never waits for a lock: it skips what is locked, or fails. */
    String lockFree() {
        return lockFree;
    }

    /** A failure for a lock that another one has is no outage: all is tried again, as after a deadlock. */
    SQLException failure(SQLException e) {
        return this == READING && IS_LOCKED.equals(e.getSQLState())
                ? new SQLException("another transaction has locked a row", TRY_AGAIN, e)
                : e;
    }
}
