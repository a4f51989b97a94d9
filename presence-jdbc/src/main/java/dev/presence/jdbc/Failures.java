package dev.presence.jdbc;

import dev.presence.PresenceStoreException;
import dev.presence.PresenceStoreUnavailableException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientException;
import java.util.Set;

/**
 * What an exception of a driver means. Its message says what was attempted; the driver's is kept as the cause, but for errors
 * about data, whose messages quote it.
 */
final class Failures {
    /** Classes of SQLSTATE: connection, resources, operator intervention, system error. */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "53", "57", "58");

    /** Read-only for now, as a standby is, or a disk that is full; lock not available; cannot run that in this state. */
    private static final Set<String> PASSING_STATES = Set.of("25006", "55P03", "55000");

    /** Of MySQL and MariaDB: too many connections, disk full, lock wait timeout, read only, shutdown, interrupted, timed out. */
    private static final Set<Integer> PASSING_CODES =
            Set.of(1021, 1040, 1041, 1053, 1114, 1205, 1290, 1317, 1792, 1836, 1969, 3024);

    /** Of H2: database closed, connection broken, closed for lack of memory. */
    private static final Set<Integer> PASSING_H2_CODES = Set.of(90007, 90067, 90098, 90121, 50200);

    private static final Set<String> DATA_CLASSES = Set.of("22", "23");

    private Failures() {}

    /** Serialization failure, deadlock, and a row that another one inserted first: to be sent again at once. */
    static boolean isWorthRetrying(SQLException e) {
        String state = state(e);
        return state.startsWith("40")
                || state.startsWith("23")
                || e.getErrorCode() == 90131
                || e.getErrorCode() == 1020;
    }

    static PresenceStoreException of(String purpose, SQLException e) {
        String state = state(e);
        String message = "the database failed while " + purpose + ": SQLSTATE " + state + ", code " + e.getErrorCode();
        if (state.length() >= 2 && DATA_CLASSES.contains(state.substring(0, 2))) {
            return new PresenceStoreException(message + " (its message is left out, since it may quote data)");
        }
        return isPassing(e, state)
                ? new PresenceStoreUnavailableException(message, e)
                : new PresenceStoreException(message, e);
    }

    private static boolean isPassing(SQLException e, String state) {
        return e instanceof SQLTransientException
                || e instanceof SQLRecoverableException
                || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLTimeoutException
                || state.startsWith("40")
                || (state.length() >= 2 && PASSING_CLASSES.contains(state.substring(0, 2)))
                || PASSING_STATES.contains(state)
                || PASSING_CODES.contains(e.getErrorCode())
                || PASSING_H2_CODES.contains(e.getErrorCode());
    }

    private static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "unknown" : state;
    }
}
