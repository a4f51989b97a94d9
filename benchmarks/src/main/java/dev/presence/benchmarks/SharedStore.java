package dev.presence.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import dev.presence.inmemory.CaffeinePresenceStore;
import dev.presence.jdbc.JdbcPresenceStore;
import dev.presence.redis.RedisPresenceStore;

/**
 * One node's way to the store.
 *
 * @param store the store
 * @param end closes what it stands on
 */
record SharedStore(PresenceStore store, Runnable end) implements AutoCloseable {
    /** In place of an address: in the memory of the process. */
    static final String OWN_MEMORY = "inmemory";

    private static final int CONNECTIONS = 8;

    static SharedStore open(String address, StoreSettings settings) {
        if (address.equals(OWN_MEMORY)) {
            return new SharedStore(
                    CaffeinePresenceStore.builder().settings(settings).build(), () -> {});
        }
        if (!address.startsWith("jdbc:")) {
            return new SharedStore(
                    RedisPresenceStore.builder(address).settings(settings).build(), () -> {});
        }
        HikariDataSource pool = Pool.open(address, CONNECTIONS);
        try {
            return new SharedStore(
                    JdbcPresenceStore.builder(pool)
                            .settings(settings)
                            .createSchema()
                            .build(),
                    pool::close);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    @Override
    public void close() {
        store.close();
        end.run();
    }
}
