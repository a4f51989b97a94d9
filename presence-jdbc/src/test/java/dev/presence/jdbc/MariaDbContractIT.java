package dev.presence.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;

/** MariaDB keeps the contract. */
class MariaDbContractIT extends JdbcContract {
    private static final HikariDataSource POOL = Pools.mariaDb();

    @AfterAll
    static void close() {
        POOL.close();
    }

    @Override
    DataSource dataSource() {
        return POOL;
    }
}
