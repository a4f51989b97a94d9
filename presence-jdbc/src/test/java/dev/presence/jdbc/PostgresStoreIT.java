package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.servers.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Details on PostgreSQL. */
class PostgresStoreIT extends FeedDetails {
    @Override
    HikariDataSource openPool() {
        return Pools.postgres();
    }

    @Override
    String setZone(int hours) {
        return "SET TIME ZONE " + hours;
    }

    @Override
    int statementsForBeats() {
        return 1;
    }

    @Test
    void beatsAreHeapOnlyUpdates() throws SQLException {
        int rounds = 20;
        try (JdbcPresenceStore store = builder(pool).build()) {
            record(store, beats(0, 2_000));
            for (int i = 0; i < rounds; i++) {
                clock.advance(Duration.ofSeconds(1));
                record(store, beats(0, 2_000));
            }
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(updates("n_tup_upd")).isEqualTo(2_000L * rounds));
        assertThat(updates("n_tup_hot_upd")).isGreaterThanOrEqualTo(2_000L * rounds * 95 / 100);
    }

    private long updates(String column) throws SQLException {
        return number("SELECT " + column + " FROM pg_stat_user_tables WHERE relname = '" + prefix + "user'");
    }

    @Test
    void unloggedTablesAreUnlogged() throws SQLException {
        JdbcPresenceStore.builder(pool)
                .tablePrefix("unlogged_")
                .createUnloggedSchema()
                .build()
                .close();
        assertThat(number("SELECT COUNT(*) FROM pg_class WHERE relname LIKE 'unlogged\\_%' AND relkind = 'r'"
                        + " AND relpersistence = 'u'"))
                .isEqualTo(4);
    }

    @Test
    void schemaCanBeNamed() throws SQLException {
        execute("CREATE SCHEMA IF NOT EXISTS elsewhere");
        try (JdbcPresenceStore store =
                builder(pool).schema("elsewhere").createSchema().build()) {
            record(store, beats(0, 1));
            assertThat(number("SELECT COUNT(*) FROM elsewhere." + prefix + "user"))
                    .isEqualTo(1);
            assertThat(store.stats().onlineUsers()).isEqualTo(1);
        }
    }

    @Test
    void fourPrivilegesOnFourTablesAreEnough() throws SQLException {
        String role = prefix + "role";
        execute("CREATE ROLE " + role + " LOGIN");
        for (String table : new String[] {"user", "bucket", "group", "feed"}) {
            execute("GRANT SELECT, INSERT, UPDATE, DELETE ON " + prefix + table + " TO " + role);
        }
        try (HikariDataSource least = Pools.of(PostgresServer.sharedUrl().replace("user=postgres", "user=" + role))) {
            LeastPrivilege.isEnough(least, prefix);
            LeastPrivilege.isNotEnoughForTables(least);
            try (JdbcPresenceStore listening = JdbcPresenceStore.builder(least)
                    .tablePrefix(prefix)
                    .listenOn(least)
                    .build()) {
                listening.onFeed(() -> {});
                await().atMost(Duration.ofSeconds(60)).until(listening::isListening); // it has told itself
            }
        }
    }
}
