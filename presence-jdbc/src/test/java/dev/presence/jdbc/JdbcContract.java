package dev.presence.jdbc;

import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import dev.presence.testkit.PresenceStoreContract;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** The contract on a database that all tests share: each has tables of its own. */
abstract class JdbcContract extends PresenceStoreContract {
    private static final AtomicInteger OPENED = new AtomicInteger();

    private String tablePrefix = "";

    /** The database of these tests. */
    abstract DataSource dataSource();

    JdbcPresenceStoreBuilder builder() {
        return JdbcPresenceStore.builder(dataSource());
    }

    @Override
    protected PresenceStore open(StoreSettings settings, PresenceClock clock) {
        tablePrefix = "contract" + OPENED.incrementAndGet() + "_";
        return builder()
                .tablePrefix(tablePrefix)
                .settings(settings)
                .clock(clock)
                .createSchema()
                .build();
    }

    @Override
    protected PresenceStore openAnother(PresenceStore store) {
        return builder()
                .tablePrefix(tablePrefix)
                .settings(store.settings())
                .clock(store.clock())
                .build();
    }
}
