package dev.presence.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What comes over a connection that listens. JDBC has no word for that, but PostgreSQL's own driver, which is found at run time. */
final class Notifications {
    private static final String CONNECTION = "org.postgresql.PGConnection";
    private static final String NOTIFICATION = "org.postgresql.PGNotification";

    private final Object connection;
    private final Method take;
    private final Method payload;

    private Notifications(Object connection, Method take, Method payload) {
        this.connection = connection;
        this.take = take;
        this.payload = payload;
    }

    /**
     * What comes over that connection.
     *
     * @throws SQLFeatureNotSupportedException if it is no connection of PostgreSQL's own driver
     */
    static Notifications of(Connection connection) throws SQLException {
        try {
            Class<?> type = type(CONNECTION);
            if (!connection.isWrapperFor(type)) {
                throw new SQLFeatureNotSupportedException("this is no connection of the driver of PostgreSQL");
            }
            Method take = type.getMethod("getNotifications", int.class);
            Method payload = type(NOTIFICATION).getMethod("getParameter");
            return new Notifications(connection.unwrap(type), take, payload);
        } catch (ReflectiveOperationException e) {
            throw new SQLFeatureNotSupportedException("this driver does not pass notifications on", e);
        }
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        Stream<@Nullable ClassLoader> loaders = Stream.concat(
                DriverManager.drivers().map(Driver::getClass).map(Class::getClassLoader),
                Stream.of(Thread.currentThread().getContextClassLoader(), Notifications.class.getClassLoader()));
        for (ClassLoader loader : loaders.filter(Objects::nonNull).distinct().toList()) {
            try {
                return Class.forName(name, false, loader);
            } catch (ClassNotFoundException e) {
                // another may know it
            }
        }
        throw new ClassNotFoundException(name);
    }

    /** Waits until something comes, but not for longer than that. Returns the payloads. */
    List<String> await(int millis) throws SQLException {
        try {
            List<String> payloads = new ArrayList<>();
            if (take.invoke(connection, millis) instanceof Object[] all) {
                for (Object one : all) {
                    payloads.add(String.valueOf(payload.invoke(one)));
                }
            }
            return payloads;
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof SQLException cause ? cause : new SQLException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new SQLException(e);
        }
    }
}
