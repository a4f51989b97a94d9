package dev.presence.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Notes each statement that is executed, and how often a connection is asked for. */
final class CountingDataSource {
    private final Queue<String> executed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final DataSource source;

    CountingDataSource(DataSource source) {
        this.source = source;
    }

    DataSource dataSource() {
        return wrap(DataSource.class, source, "");
    }

    /** The statements since the last call, in order. */
    Queue<String> executed() {
        Queue<String> all = new ConcurrentLinkedQueue<>(executed);
        executed.clear();
        return all;
    }

    /** How many connections were asked for since the last call, also in vain. */
    int connections() {
        return connections.getAndSet(0);
    }

    private <T> T wrap(Class<T> type, Object target, String sql) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("execute")) {
                        executed.add(sql);
                    }
                    if (method.getName().equals("getConnection") && target == source) {
                        connections.incrementAndGet();
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        if (result instanceof PreparedStatement statement) {
                            return wrap(PreparedStatement.class, statement, (String) arguments[0]);
                        }
                        return result instanceof Connection connection
                                ? wrap(Connection.class, connection, "")
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause() instanceof SQLException cause ? cause : e;
                    }
                }));
    }
}
