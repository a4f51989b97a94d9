package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.Presence;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.Write;
import dev.presence.servers.EmbeddedServer;
import dev.presence.servers.MariaDbServer;
import dev.presence.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What befalls the process of a database while clients beat on: no beat is lost, nobody goes offline, no transition is doubled, and
 * all recovers by itself.
 */
class ServerFaultsIT extends SqlFaults {
    private static final String LOCK = "SELECT * FROM presence_user WHERE bucket >= 0 FOR UPDATE";

    private void killedInMidBatch(EmbeddedServer server, String url, String waiting) throws SQLException {
        JdbcPresenceStore store = store(url);
        beating(store);
        FeedPosition end = store.feed(FeedPosition.END, 1).next();
        Connection other = openTransaction(url, LOCK);
        await().atMost(PATIENCE).until(() -> number(url, waiting) > 0); // the node's batch waits for the rows
        List<String> more = List.of("secret-a", "secret-b");
        meanwhile(() -> failure("recording", () -> StoreDetails.record(store, beats(more))));
        server.kill();
        assertThat(failure("reading statuses", () -> store.statuses(USERS)))
                .isInstanceOf(PresenceStoreUnavailableException.class);
        server.restart();
        assertThat(other.isValid(1)).isFalse();
        awaitRecorded(store);
        StoreDetails.record(store, beats(more));
        assertNobodyWent();
        assertFeed(store, end, Presence.ONLINE, more);
        assertThat(store.stats().onlineUsers()).isEqualTo(USERS.size() + more.size());
    }

    private void pausedForLongerThanTheTimeout(EmbeddedServer server, String url) {
        JdbcPresenceStore store = store(url);
        beating(store);
        server.pause();
        awaitFailure("reading statuses", "", () -> store.statuses(USERS));
        letPass(TIMEOUT.plusMillis(500));
        server.resume();
        awaitRecorded(store);
        assertNobodyWent();
    }

    @Test
    void postgresKilledInMidBatch() throws SQLException {
        PostgresServer server = opened(PostgresServer.start());
        killedInMidBatch(
                server, server.jdbcUrl(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
    }

    @Test
    void mariaDbKilledInMidBatch() throws SQLException {
        MariaDbServer server = opened(MariaDbServer.start());
        killedInMidBatch(
                server,
                server.jdbcUrl(),
                "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'");
    }

    @Test
    void postgresPaused() {
        PostgresServer server = opened(PostgresServer.start());
        pausedForLongerThanTheTimeout(server, server.jdbcUrl());
    }

    @Test
    void mariaDbPaused() {
        MariaDbServer server = opened(MariaDbServer.start());
        pausedForLongerThanTheTimeout(server, server.jdbcUrl());
    }

    /** What an acknowledged write was lost with: it had not reached the follower, as the Javadoc of the store says. */
    @Test
    void followerThatLaggedTakesOver() throws Exception {
        PostgresServer primary = opened(PostgresServer.start());
        LoopbackProxy name = opened(new LoopbackProxy(primary.port()));
        JdbcPresenceStore store = store(name.through(primary.jdbcUrl()));
        beating(store);
        StoreDetails.record(store, Write.beat("secret-stays", "", 0));
        PostgresServer follower = opened(primary.replica());
        String url = follower.jdbcUrl();
        await().atMost(PATIENCE)
                .until(() -> number(url, "SELECT count(*) FROM presence_user WHERE online") == USERS.size() + 1);
        execute(url, "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()"); // it follows no more
        await().atMost(PATIENCE).until(() -> number(url, "SELECT count(*) FROM pg_stat_wal_receiver") == 0);
        long lagging = number(url, "SELECT last_seq FROM presence_group");
        StoreDetails.record(store, Write.beat("secret-lost", "", 0), Write.end("secret-stays", "", 0));
        FeedPosition position = store.feed(FeedPosition.END, 1).next();
        assertThat(position.last().get(0).number()).isEqualTo(lagging + 2);
        primary.kill();
        follower.promote();
        name.target(follower.port());
        awaitRecorded(store);
        assertNobodyWentBut("secret-stays", "secret-lost");
        assertThat(store.feed(position, 10).continuity()).isEqualTo(FeedPage.Continuity.NEW_EPOCH);
        assertThat(store.statuses(List.of("secret-lost")).statuses().get(0).lastSeen())
                .isEmpty();
        assertThat(number(url, "SELECT count(*) FROM presence_user WHERE online"))
                .isEqualTo(USERS.size() + 1);
        await("the end that was lost: a lapse tells it, a quiet period later")
                .atMost(PATIENCE.plus(TIMEOUT.multipliedBy(3)))
                .until(() -> store.stats().onlineUsers() == USERS.size());
        awaitRecorded(store);
        assertNobodyWentBut("secret-stays", "secret-lost");
    }

    @Test
    void longTransactionElsewhereStallsNothing() throws SQLException {
        PostgresServer server = opened(PostgresServer.start("autovacuum_naptime=1s"));
        try (Connection other = openTransaction(server.jdbcUrl(), "SELECT pg_current_xact_id()")) {
            JdbcPresenceStore store = store(server.jdbcUrl());
            beating(store);
            assertNobodyWent(); // the feed waits for no older transaction
            letPass(Duration.ofSeconds(1));
            awaitRecorded(store);
            long size = number(server.jdbcUrl(), "SELECT pg_relation_size('presence_user')");
            other.rollback();
            await("old versions go once nobody may see them")
                    .atMost(PATIENCE)
                    .until(() -> number(
                                    server.jdbcUrl(),
                                    "SELECT n_dead_tup FROM pg_stat_user_tables" + " WHERE relname = 'presence_user'")
                            < 10L * USERS.size());
            awaitRecorded(store);
            assertThat(number(server.jdbcUrl(), "SELECT pg_relation_size('presence_user')"))
                    .as("room of old versions is used again")
                    .isLessThanOrEqualTo(size + 200_000);
        }
    }
}
