package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.presence.FeedEntry;
import dev.presence.FeedPosition;
import dev.presence.HeartbeatTracker;
import dev.presence.Presence;
import dev.presence.PresenceStoreException;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.Transition;
import dev.presence.UserStatus;
import dev.presence.Write;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
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
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;

/** What tests of faults share: a store whose clients beat on, and what always has to hold. */
abstract class SqlFaults {
    static final Duration TIMEOUT = Duration.ofSeconds(3);
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final List<String> USERS =
            IntStream.range(0, 200).mapToObj(i -> "secret" + i).toList();

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Queue<Transition> heard = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(2);

    final <T extends AutoCloseable> T opened(T it) {
        opened.push(it);
        return it;
    }

    @AfterEach
    void close() throws Exception {
        clients.shutdownNow();
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    static HikariConfig config(String url) {
        HikariConfig config = Pools.config(url);
        config.setConnectionTimeout(1_000);
        config.setValidationTimeout(500);
        config.setInitializationFailTimeout(-1);
        return config;
    }

    final HikariDataSource pool(String url) {
        return opened(new HikariDataSource(config(url)));
    }

    final JdbcPresenceStore store(HikariDataSource pool, String tablePrefix) {
        return opened(JdbcPresenceStore.builder(pool)
                .tablePrefix(tablePrefix)
                .timeout(TIMEOUT)
                .queryTimeout(Duration.ofMillis(800))
                .createSchema()
                .build());
    }

    final JdbcPresenceStore store(String url) {
        return store(pool(url), Tables.DEFAULT_PREFIX);
    }

    /** A node on which all users beat from now on; returns when that is recorded. */
    final HeartbeatTracker beating(JdbcPresenceStore store) {
        HeartbeatTracker tracker = opened(HeartbeatTracker.builder(store)
                .closeTimeout(Duration.ofMillis(500))
                .build());
        opened(tracker.addListener(heard::add));
        var unused =
                clients.scheduleAtFixedRate(() -> USERS.forEach(tracker::heartbeat), 0, 200, TimeUnit.MILLISECONDS);
        awaitRecorded(store);
        return tracker;
    }

    /** Has something done by another thread. */
    final void meanwhile(Runnable task) {
        clients.execute(task);
    }

    /** Until beats of all, made within the last second, are in the database. */
    static void awaitRecorded(JdbcPresenceStore store) {
        awaitRecorded(store, USERS);
    }

    static void awaitRecorded(JdbcPresenceStore store, List<String> users) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(PresenceStoreException.class)
                .until(() -> store.statuses(users).statuses().stream().allMatch(SqlFaults::isFresh));
    }

    private static boolean isFresh(UserStatus status) {
        return status.isOnline() && status.age().orElseThrow().toMillis() < 1_000;
    }

    /** Nobody went, and everybody came once, also for listeners. */
    final void assertNobodyWent() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).hasSizeGreaterThanOrEqualTo(USERS.size()));
        assertThat(heard).extracting(Transition::presence).containsOnly(Presence.ONLINE);
        assertThat(heard)
                .extracting(Transition::user)
                .filteredOn(USERS::contains)
                .doesNotHaveDuplicates()
                .hasSize(USERS.size());
    }

    /** The same, but for those who are on nobody's mind. */
    final void assertNobodyWentBut(String... others) {
        heard.removeIf(transition -> List.of(others).contains(transition.user()));
        assertNobodyWent();
    }

    /** That the feed has each transition once, of these users in this direction, and no number is missing. */
    static void assertFeed(JdbcPresenceStore store, FeedPosition from, Presence presence, List<String> users) {
        List<FeedEntry> entries = store.feed(from, 10_000).entries();
        assertThat(entries).extracting(FeedEntry::presence).containsOnly(presence);
        assertThat(entries).extracting(FeedEntry::user).containsExactlyInAnyOrderElementsOf(users);
        long first = from.last().get(0).number() + 1;
        assertThat(entries)
                .extracting(entry -> entry.sequence().number())
                .containsExactlyElementsOf(
                        LongStream.range(first, first + users.size()).boxed().toList());
    }

    static List<Write> beats(List<String> users) {
        return users.stream().map(user -> Write.beat(user, "", 0)).toList();
    }

    /** That a call fails, says what was attempted, and has no ids in any message. */
    static PresenceStoreException failure(String purpose, ThrowingCallable call) {
        Throwable failure = catchThrowable(call);
        assertThat(failure).isInstanceOf(PresenceStoreException.class).hasMessageContaining(purpose);
        Stream.iterate(failure, it -> it != null, Throwable::getCause)
                .forEach(it -> assertThat(String.valueOf(it)).doesNotContain("secret"));
        return (PresenceStoreException) failure;
    }

    /** That sooner or later a call fails so with something that may pass. */
    static void awaitFailure(String purpose, String sign, ThrowingCallable call) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(failure(purpose, call))
                        .isInstanceOf(PresenceStoreUnavailableException.class)
                        .hasMessageContaining(sign));
    }

    static void letPass(Duration time) {
        long start = System.nanoTime();
        await().atMost(time.plus(PATIENCE)).until(() -> System.nanoTime() - start > time.toNanos());
    }

    static void execute(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static long number(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** A transaction that stays open until it is closed, in which the statements were executed. */
    final Connection openTransaction(String url, String... statements) throws SQLException {
        Connection connection = opened(DriverManager.getConnection(url));
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return connection;
    }

    static void awaitTrue(Supplier<Boolean> condition) {
        await().atMost(PATIENCE).until(condition::get);
    }
}
