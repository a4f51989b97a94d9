package dev.presence.jdbc;

import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;

/**
 * Two shards behind Apache ShardingSphere keep the contract, which is exact: so here a commit waits until the follower, which answers
 * the reads, has applied it.
 */
class ShardedContractIT extends JdbcContract {
    private static final Shards SHARDS = Shards.start("synchronous_standby_names=*", "synchronous_commit=remote_apply");

    static {
        SHARDS.builder().createSchema().build().close();
    }

    @AfterAll
    static void close() {
        SHARDS.close();
    }

    /** Each takes seconds here. */
    @Override
    public int histories() {
        return Math.max(1, HISTORIES / 10);
    }

    @Override
    DataSource dataSource() {
        return SHARDS.dataSource();
    }

    @Override
    protected PresenceStore open(StoreSettings settings, PresenceClock clock) {
        SHARDS.empty(); // the tables are named in the rules, so each test has the same
        return SHARDS.builder().settings(settings).clock(clock).build();
    }

    @Override
    protected PresenceStore openAnother(PresenceStore store) {
        return SHARDS.builder().settings(store.settings()).clock(store.clock()).build();
    }
}
