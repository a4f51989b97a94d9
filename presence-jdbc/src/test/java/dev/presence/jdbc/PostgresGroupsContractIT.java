package dev.presence.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;

/** Users in several groups, each of which could be on a shard of its own, keep the contract; and so does a driver without arrays. */
class PostgresGroupsContractIT extends JdbcContract {
    private static final HikariDataSource POOL = Pools.postgres();

    @AfterAll
    static void close() {
        POOL.close();
    }

    @Override
    DataSource dataSource() {
        return NoArraysDataSource.of(POOL);
    }

    @Override
    JdbcPresenceStoreBuilder builder() {
        return super.builder().groups(4);
    }
}
