package dev.presence.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements on connections of the data source, one at a time on each, and leaves a connection as it was. Thread-safe.
 */
final class Database {
    private static final Logger log = LoggerFactory.getLogger(Database.class);
    private static final int MOST_ATTEMPTS = 20;
    private static final int AT_ONCE = 3; // of these

    private final DataSource source;
    private final int timeoutMillis;
    private final Singles singles;
    private volatile int isolation = -1;

    /** What is done with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** How a statement on its own is sent. */
    enum Singles {
        /** As the connection does it: usually it commits each statement. */
        PLAIN,
        /** In a transaction, which layers that send reads to followers leave to the leader. */
        IN_TRANSACTIONS
    }

    Database(DataSource source, Duration timeout, Singles singles) {
        this.source = source;
        this.singles = singles;
        this.timeoutMillis = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
    }

    /** Runs one statement, which is committed by itself. */
    <T> T single(String purpose, Work<T> work) {
        if (singles == Singles.IN_TRANSACTIONS) {
            return transaction(purpose, work);
        }
        return attempt(purpose, connection -> alone(connection, work), connection -> together(connection, work));
    }

    private static <T> T alone(Connection connection, Work<T> work) throws SQLException {
        boolean commits = !connection.getAutoCommit();
        T result = work.run(connection);
        if (commits) {
            connection.commit();
        }
        return result;
    }

    /** Runs statements that all take effect or none, each of which sees what was committed before it. */
    <T> T transaction(String purpose, Work<T> work) {
        Work<T> whole = connection -> together(connection, work);
        return attempt(purpose, whole, whole);
    }

    private <T> T together(Connection connection, Work<T> work) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        int before = isolation(connection, autoCommit);
        T result;
        try {
            isolate(connection, before, Connection.TRANSACTION_READ_COMMITTED);
            if (autoCommit) {
                connection.setAutoCommit(false);
            }
            result = work.run(connection);
            connection.commit();
        } catch (SQLException | RuntimeException | Error e) {
            undo(connection, autoCommit, e);
            try {
                isolate(connection, Connection.TRANSACTION_READ_COMMITTED, before);
            } catch (SQLException again) {
                e.addSuppressed(again); // the connection is of no use any more
            }
            throw e;
        }
        if (autoCommit) {
            connection.setAutoCommit(true);
        }
        isolate(connection, Connection.TRANSACTION_READ_COMMITTED, before);
        return result;
    }

    /** Not within a transaction, where it cannot be changed. */
    private static void isolate(Connection connection, int from, int to) throws SQLException {
        if (from != to) {
            connection.setTransactionIsolation(to);
        }
    }

    /** Asked once, as it may cost a round trip: the connections of a pool are alike. */
    private int isolation(Connection connection, boolean autoCommit) throws SQLException {
        if (isolation < 0) {
            isolation = connection.getTransactionIsolation();
            if (!autoCommit) {
                connection.rollback(); // the question began a transaction
            }
        }
        return isolation;
    }

    /** Takes the other way after some conflicts: read committed, at which none can starve on a row that all want. */
    private <T> T attempt(String purpose, Work<T> usual, Work<T> afterConflicts) {
        for (int attempt = 1; ; attempt++) {
            try {
                return onConnection(attempt > AT_ONCE ? afterConflicts : usual);
            } catch (SQLException e) {
                if (attempt == MOST_ATTEMPTS || !Failures.isWorthRetrying(e)) {
                    throw Failures.of(purpose, e);
                }
                log.debug("Again after attempt {} at {}: SQLSTATE {}", attempt, purpose, e.getSQLState());
                if (attempt > AT_ONCE) { // whoever has the lock needs time to be done with it
                    long most = 1_000_000L << Math.min(attempt - AT_ONCE, 5);
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
                }
            }
        }
    }

    private <T> T onConnection(Work<T> work) throws SQLException {
        try (Connection connection = source.getConnection()) {
            int before = limit(connection, timeoutMillis);
            boolean autoCommit = connection.getAutoCommit();
            try {
                return work.run(connection);
            } catch (SQLException | RuntimeException | Error e) {
                undo(connection, autoCommit, e);
                throw e;
            } finally {
                if (before >= 0) {
                    limit(connection, before);
                }
            }
        }
    }

    private static void undo(Connection connection, boolean autoCommit, Throwable cause) {
        try {
            if (!connection.isClosed() && !connection.getAutoCommit()) {
                connection.rollback();
                if (autoCommit) {
                    connection.setAutoCommit(true);
                }
            }
        } catch (SQLException e) {
            cause.addSuppressed(e); // the connection is of no use any more, and its pool will find out
        }
    }

    /** Returns the limit that there was; -1 if the driver knows none. */
    private static int limit(Connection connection, int millis) {
        try {
            int before = connection.getNetworkTimeout();
            if (before != millis) {
                connection.setNetworkTimeout(Runnable::run, millis);
            }
            return before;
        } catch (SQLException e) {
            return -1; // not supported; or it is broken, and tells so with the next statement
        }
    }
}
