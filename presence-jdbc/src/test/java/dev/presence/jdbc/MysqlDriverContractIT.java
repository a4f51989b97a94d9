package dev.presence.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;

/** MariaDB keeps the contract through the driver of MySQL. */
class MysqlDriverContractIT extends JdbcContract {
    private static final HikariDataSource POOL = Pools.mariaDbByMysqlDriver();

    @AfterAll
    static void close() {
        POOL.close();
    }

    @Override
    DataSource dataSource() {
        return POOL;
    }
}
