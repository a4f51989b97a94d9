package dev.presence.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;

/** H2 keeps the contract. */
class H2ContractTest extends JdbcContract {
    private static final HikariDataSource POOL = Pools.h2("contract");

    @AfterAll
    static void close() {
        POOL.close();
    }

    @Override
    DataSource dataSource() {
        return POOL;
    }
}
