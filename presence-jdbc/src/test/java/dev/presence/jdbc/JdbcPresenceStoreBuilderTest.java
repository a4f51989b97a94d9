package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcPresenceStoreBuilderTest {
    private final JdbcPresenceStoreBuilder builder =
            JdbcPresenceStore.builder(returning(DataSource.class, returning(Connection.class, null)));

    /** Answers every call with this, or with the name of a product. */
    private static <T> T returning(Class<T> type, Object answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "getMetaData" -> returning(DatabaseMetaData.class, "Sybase");
                    case "getConnection", "getDatabaseProductName" -> answer;
                    case "getAutoCommit" -> true;
                    case "isClosed" -> false;
                    case "getNetworkTimeout" -> 0;
                    default -> null;
                }));
    }

    @Test
    void unknownProductFailsByName() {
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Sybase");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a;drop table x",
                "a\"",
                "a'",
                "A",
                "1a",
                "a-b",
                "a.b",
                "ä",
                "abcdefghijklmnopqrstuvwxyz0123456"
            })
    void onlyIdentifiersAreNames(String name) {
        assertThatThrownBy(() -> builder.tablePrefix(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.schema(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> builder.groups(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
        assertThatThrownBy(() -> builder.queryTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyPostgresHasUnloggedTables() {
        try (HikariDataSource pool = Pools.h2("unlogged")) {
            assertThatThrownBy(() -> JdbcPresenceStore.builder(pool)
                            .createUnloggedSchema()
                            .build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("h2");
        }
    }
}
