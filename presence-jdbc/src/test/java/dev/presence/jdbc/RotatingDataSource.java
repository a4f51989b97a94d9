package dev.presence.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** As what stands before several servers: the statements of each connection go to one server and the other in turn. */
final class RotatingDataSource {
    private RotatingDataSource() {}

    static DataSource of(DataSource one, DataSource other) {
        AtomicInteger turn = new AtomicInteger();
        return proxy(DataSource.class, (method, arguments) -> {
            if (!method.getName().equals("getConnection")) {
                return method.invoke(one, arguments);
            }
            List<Connection> servers = List.of(one.getConnection(), other.getConnection());
            return proxy(Connection.class, (work, with) -> {
                switch (work.getName()) {
                    case "createStatement", "prepareStatement" -> {
                        return work.invoke(servers.get(turn.incrementAndGet() % 2), with);
                    }
                    case "close" -> servers.get(1).close();
                    default -> {}
                }
                return work.invoke(servers.get(0), with);
            });
        });
    }

    /** What is done in place of a method. */
    @FunctionalInterface
    private interface Call {
        Object of(Method method, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return call.of(method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
