package dev.presence.jdbc;

import com.zaxxer.hikari.HikariDataSource;

/** Details on PostgreSQL. */
class PostgresStoreIT extends StoreDetails {
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
}
