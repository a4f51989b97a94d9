package dev.presence.jdbc;

import com.zaxxer.hikari.HikariDataSource;

/** Details on H2. */
class H2StoreTest extends FeedDetails {
    @Override
    HikariDataSource openPool() {
        return Pools.h2("details");
    }

    @Override
    String setZone(int hours) {
        return "SET TIME ZONE '" + (hours < 0 ? "-" : "+") + Math.abs(hours) + ":00'";
    }

    @Override
    int statementsForBeats() {
        return 3;
    }
}
