package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.presence.FeedPosition;
import dev.presence.HeartbeatTracker;
import dev.presence.Presence;
import dev.presence.PresenceStoreException;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.Transition;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import dev.presence.servers.PostgresServer;
import dev.presence.servers.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What befalls a PostgreSQL while clients beat on: no beat is lost, nobody goes offline, and all recovers by itself. */
class DatabaseFaultsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> USERS =
            IntStream.range(0, 200).mapToObj(i -> "user" + i).toList();

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Queue<Transition> heard = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService clients =
            opened(Executors.newSingleThreadScheduledExecutor(), it -> it.shutdownNow());

    private interface Closer<T> {
        void close(T it) throws Exception;
    }

    private <T> T opened(T it, Closer<T> closer) {
        opened.push(() -> closer.close(it));
        return it;
    }

    private <T extends AutoCloseable> T opened(T it) {
        opened.push(it);
        return it;
    }

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private HikariDataSource pool(String url) {
        HikariConfig config = Pools.config(url);
        config.setConnectionTimeout(1_000);
        config.setValidationTimeout(500);
        config.setInitializationFailTimeout(-1);
        return opened(new HikariDataSource(config));
    }

    private JdbcPresenceStore store(HikariDataSource pool) {
        return opened(JdbcPresenceStore.builder(pool)
                .timeout(TIMEOUT)
                .queryTimeout(Duration.ofMillis(800))
                .createSchema()
                .build());
    }

    private HeartbeatTracker beating(JdbcPresenceStore store) {
        HeartbeatTracker tracker = opened(HeartbeatTracker.builder(store)
                .closeTimeout(Duration.ofMillis(500))
                .build());
        opened(tracker.addListener(heard::add), AutoCloseable::close);
        clients.scheduleAtFixedRate(() -> USERS.forEach(tracker::heartbeat), 0, 200, TimeUnit.MILLISECONDS);
        awaitRecorded(store);
        return tracker;
    }

    /** Until beats of all, made within the last second, are in the database. */
    private static void awaitRecorded(JdbcPresenceStore store) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(PresenceStoreException.class)
                .until(() -> store.statuses(USERS).statuses().stream().allMatch(DatabaseFaultsIT::isFresh));
    }

    private static boolean isFresh(UserStatus status) {
        return status.isOnline() && status.age().orElseThrow().toMillis() < 1_000;
    }

    /** Nobody went, and everybody came once, also for listeners. */
    private void assertNobodyWent() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).hasSizeGreaterThanOrEqualTo(USERS.size()));
        assertThat(heard).extracting(Transition::presence).containsOnly(Presence.ONLINE);
        assertThat(heard).extracting(Transition::user).doesNotHaveDuplicates().hasSize(USERS.size());
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = java.sql.DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void killedAndRestarted() {
        PostgresServer server = opened(PostgresServer.start());
        JdbcPresenceStore store = store(pool(server.jdbcUrl()));
        beating(store);
        server.kill();
        assertThatThrownBy(() -> store.statuses(USERS)).isInstanceOf(PresenceStoreUnavailableException.class);
        server.restart();
        awaitRecorded(store);
        assertNobodyWent();
    }

    @Test
    void pausedForLongerThanTheTimeout() {
        PostgresServer server = opened(PostgresServer.start());
        JdbcPresenceStore store = store(pool(server.jdbcUrl()));
        beating(store);
        server.pause();
        long start = System.nanoTime();
        await().atMost(PATIENCE).until(() -> {
            Throwable failure = catchThrowable(() -> store.statuses(USERS));
            assertThat(failure).isInstanceOf(PresenceStoreUnavailableException.class);
            return System.nanoTime() - start > TIMEOUT.plusSeconds(1).toNanos();
        });
        server.resume();
        awaitRecorded(store);
        assertNobodyWent();
    }

    @Test
    void answerLostAfterTheCommit() {
        PostgresServer server = opened(PostgresServer.start());
        TcpProxy proxy = opened(TcpProxy.to(server));
        JdbcPresenceStore direct = store(pool(server.jdbcUrl()));
        JdbcPresenceStore behind = store(pool(server.jdbcUrl().replace(":" + server.port(), ":" + proxy.port())));
        FeedPosition start = direct.feed(FeedPosition.END, 1).next();
        long now = behind.statuses(List.of()).nowMillis();
        List<Write> writes = USERS.stream().map(user -> Write.beat(user, "", 0)).toList();
        WriteBatch batch = new WriteBatch("node", now, writes);
        proxy.stall();
        assertThatThrownBy(() -> behind.record(batch)).isInstanceOf(PresenceStoreUnavailableException.class);
        proxy.heal();
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(PresenceStoreException.class)
                .until(() -> behind.record(new WriteBatch(
                                "node", direct.statuses(List.of()).nowMillis(), writes))
                        != null);
        assertThat(direct.feed(start, 1_000).entries()).hasSize(USERS.size());
        assertThat(direct.stats().onlineUsers()).isEqualTo(USERS.size());
    }

    @Test
    void readOnlyForAWhile() throws SQLException {
        PostgresServer server = opened(PostgresServer.start());
        HikariDataSource pool = pool(server.jdbcUrl());
        JdbcPresenceStore store = store(pool);
        beating(store);
        execute(server.jdbcUrl(), "ALTER SYSTEM SET default_transaction_read_only = on");
        execute(server.jdbcUrl(), "SELECT pg_reload_conf()");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThatThrownBy(() -> StoreDetails.record(store, Write.beat("x", "", 0)))
                        .isInstanceOf(PresenceStoreUnavailableException.class)
                        .hasMessageContaining("25006"));
        execute(server.jdbcUrl(), "ALTER SYSTEM RESET default_transaction_read_only"); // allowed in spite of it
        execute(server.jdbcUrl(), "SELECT pg_reload_conf()");
        awaitRecorded(store);
        assertNobodyWent();
    }

    @Test
    void exhaustedPool() throws SQLException {
        PostgresServer server = opened(PostgresServer.start());
        HikariDataSource pool = pool(server.jdbcUrl());
        JdbcPresenceStore store = store(pool);
        beating(store);
        Deque<Connection> taken = new ArrayDeque<>();
        while (taken.size() < pool.getMaximumPoolSize()) {
            taken.push(pool.getConnection());
        }
        assertThatThrownBy(() -> store.statuses(USERS))
                .isInstanceOf(PresenceStoreUnavailableException.class)
                .hasMessageContaining("reading statuses");
        for (Connection connection : taken) {
            connection.close();
        }
        awaitRecorded(store);
        assertNobodyWent();
    }

    @Test
    void longTransactionElsewhereStallsNoFeed() throws SQLException {
        PostgresServer server = opened(PostgresServer.start());
        JdbcPresenceStore store = store(pool(server.jdbcUrl()));
        try (Connection other = java.sql.DriverManager.getConnection(server.jdbcUrl());
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");
            beating(store);
            assertNobodyWent();
        }
    }

    @Test
    void followerThatLaggedTakesOver() throws Exception {
        PostgresServer primary = opened(PostgresServer.start());
        TcpProxy proxy = opened(TcpProxy.to(primary));
        String url = primary.jdbcUrl().replace(":" + primary.port(), ":" + proxy.port());
        JdbcPresenceStore before = store(pool(url));
        StoreDetails.record(before, Write.beat("ada", "", 0));
        PostgresServer follower = opened(primary.replica());
        JdbcPresenceStore reading = opened(JdbcPresenceStore.builder(pool(primary.jdbcUrl()))
                .timeout(TIMEOUT)
                .build());
        FeedPosition position = reading.feed(FeedPosition.END, 1).next();
        primary.kill();
        follower.promote();
        JdbcPresenceStore after = opened(JdbcPresenceStore.builder(pool(follower.jdbcUrl()))
                .timeout(TIMEOUT)
                .build());
        assertThat(after.feed(position, 10).continuity()).isEqualTo(dev.presence.FeedPage.Continuity.NEW_EPOCH);
        await().atMost(PATIENCE)
                .until(() -> after.statuses(List.of("ada")).statuses().get(0).isStale());
        assertThat(after.statuses(List.of("ada")).statuses().get(0).isOnline()).isTrue();
    }

    @Test
    void wrongPasswordIsToldWithoutIt() {
        try (HikariDataSource pool = Pools.h2("password")) {
            assertThat(pool.isRunning()).isTrue();
            HikariConfig config = Pools.config("jdbc:h2:mem:password");
            config.setUsername("nobody");
            config.setPassword("sesame");
            config.setConnectionTimeout(500);
            config.setInitializationFailTimeout(-1);
            Throwable failure = catchThrowable(() -> JdbcPresenceStore.create(opened(new HikariDataSource(config))));
            assertThat(failure).isInstanceOf(PresenceStoreException.class);
            assertThat(Stream.iterate(failure, it -> it != null, Throwable::getCause)
                            .map(Throwable::getMessage))
                    .noneMatch(message -> String.valueOf(message).contains("sesame"));
        }
    }
}
