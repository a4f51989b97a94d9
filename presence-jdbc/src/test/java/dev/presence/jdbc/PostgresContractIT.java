package dev.presence.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;

/** PostgreSQL keeps the contract. */
class PostgresContractIT extends JdbcContract {
    private static final HikariDataSource POOL = Pools.postgres();

    @AfterAll
    static void close() {
        POOL.close();
    }

    @Override
    DataSource dataSource() {
        return POOL;
    }
}
