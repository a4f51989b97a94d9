package dev.presence.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Sets the time zone of each session before it is used. */
final class ZonedDataSource {
    private final DataSource source;
    private final String setZone;

    ZonedDataSource(DataSource source, String setZone) {
        this.source = source;
        this.setZone = setZone;
    }

    DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(source, arguments);
                        if (result instanceof Connection connection) {
                            setZone(connection);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void setZone(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(setZone);
        }
    }
}
