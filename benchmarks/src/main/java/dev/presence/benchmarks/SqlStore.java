package dev.presence.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.jdbc.JdbcPresenceStore;
import java.time.Duration;

/** The store in a database, with a pool of its own. */
record SqlStore(JdbcPresenceStore store, HikariDataSource pool) implements AutoCloseable {
    static SqlStore open(String url, int connections, Duration timeout) {
        HikariDataSource pool = Pool.open(url, connections);
        try {
            return new SqlStore(
                    JdbcPresenceStore.builder(pool)
                            .timeout(timeout)
                            .queryTimeout(Duration.ofSeconds(30))
                            .createSchema()
                            .build(),
                    pool);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    @Override
    public void close() {
        store.close();
        pool.close();
    }
}
