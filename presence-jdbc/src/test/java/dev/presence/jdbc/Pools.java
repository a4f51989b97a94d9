package dev.presence.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.presence.servers.MariaDbServer;
import dev.presence.servers.PostgresServer;

/** Pools as a host would have them. */
final class Pools {
    private static final int SIZE = 8;

    private Pools() {}

    static HikariDataSource of(String url) {
        return new HikariDataSource(config(url));
    }

    static HikariConfig config(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(SIZE);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return config;
    }

    /** A database in memory that lasts as long as its pool. */
    static HikariDataSource h2(String name) {
        return of("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
    }

    static HikariDataSource postgres() {
        return of(PostgresServer.sharedUrl());
    }

    static HikariDataSource mariaDb() {
        return of(MariaDbServer.sharedUrl());
    }

    /** The same database through the driver of MySQL. */
    static HikariDataSource mariaDbByMysqlDriver() {
        return of(MariaDbServer.sharedUrl().replace("jdbc:mariadb:", "jdbc:mysql:") + "&sslMode=DISABLED");
    }
}
