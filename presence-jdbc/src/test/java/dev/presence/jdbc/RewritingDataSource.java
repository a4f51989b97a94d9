package dev.presence.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import javax.sql.DataSource;

/** Puts another text in place of one in each statement that is prepared. */
final class RewritingDataSource {
    private RewritingDataSource() {}

    static DataSource of(DataSource source, String text, String replacement) {
        return wrap(DataSource.class, source, text, replacement);
    }

    private static <T> T wrap(Class<T> type, Object target, String text, String replacement) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        arguments[0] = ((String) arguments[0]).replace(text, replacement);
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        return result instanceof Connection connection
                                ? wrap(Connection.class, connection, text, replacement)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
