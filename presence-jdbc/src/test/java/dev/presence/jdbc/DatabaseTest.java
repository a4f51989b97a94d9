package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.PresenceStoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a connection is given back as it was taken, whatever happened on it, also to a pool that does not look. */
class DatabaseTest {
    private Connection connection;
    private Database database;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:h2:mem:");
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        database = new Database(lending(connection), Duration.ofSeconds(5));
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    /** A source that has one connection and keeps it open. */
    private static DataSource lending(Connection connection) {
        Connection lent = proxy(Connection.class, connection, "close", null);
        return proxy(DataSource.class, connection, "getConnection", lent);
    }

    private static <T> T proxy(Class<T> type, Connection target, String own, Object answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals(own)) {
                        return answer;
                    }
                    try {
                        return method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private void assertAsBefore(boolean autoCommit) throws SQLException {
        assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
        assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
    }

    private static int isolation(Connection lent) throws SQLException {
        assertThat(lent.getAutoCommit()).isFalse();
        return lent.getTransactionIsolation();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectionIsAsBeforeAfterTransaction(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        assertThat(database.<Integer>transaction("testing", DatabaseTest::isolation))
                .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        assertAsBefore(autoCommit);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectionIsAsBeforeAfterFailure(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        assertThatThrownBy(() -> database.transaction("testing", lent -> {
                    throw new SQLException("on purpose", "42P01");
                }))
                .isInstanceOf(PresenceStoreException.class)
                .hasMessageContaining("testing");
        assertAsBefore(autoCommit);
        assertThatThrownBy(() -> database.transaction("testing", lent -> {
                    throw new IllegalStateException("on purpose");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertAsBefore(autoCommit);
    }
}
