package dev.presence.jdbc;

import com.zaxxer.hikari.HikariDataSource;

/** Details on MariaDB. */
class MariaDbStoreIT extends StoreDetails {
    @Override
    HikariDataSource openPool() {
        return Pools.mariaDb();
    }

    @Override
    String setZone(int hours) {
        return "SET time_zone = '" + (hours < 0 ? "-" : "+") + Math.abs(hours) + ":00'";
    }

    @Override
    int statementsForBeats() {
        return 3;
    }
}
