package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.ManualClock;
import dev.presence.PresenceStoreException;
import dev.presence.StoreReply;
import dev.presence.StoreSettings;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the contract does not ask of every store: statements, tables, settings, time zones, errors. */
abstract class StoreDetails {
    private static final AtomicInteger OPENED = new AtomicInteger();
    private static final long HOUR = Duration.ofHours(1).toMillis();

    final ManualClock clock = ManualClock.create();
    final String prefix = "details" + OPENED.incrementAndGet() + "_";
    HikariDataSource pool;
    JdbcPresenceStore store;

    /** The database. */
    abstract HikariDataSource openPool();

    /** A statement that sets the time zone of a session. */
    abstract String setZone(int hours);

    /** How many statements beats of known users take. */
    abstract int statementsForBeats();

    @BeforeEach
    void open() {
        pool = openPool();
        store = builder(pool).createSchema().build();
    }

    @AfterEach
    void close() {
        store.close();
        pool.close();
    }

    final JdbcPresenceStoreBuilder builder(DataSource source) {
        return JdbcPresenceStore.builder(source).tablePrefix(prefix).clock(clock);
    }

    static StoreReply record(JdbcPresenceStore to, Write... writes) {
        return record(to, List.of(writes));
    }

    static StoreReply record(JdbcPresenceStore to, List<Write> writes) {
        return to.record(new WriteBatch("node", to.statuses(List.of()).nowMillis(), writes));
    }

    static List<Write> beats(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> Write.beat("user" + i, "", 0))
                .toList();
    }

    final int sweep() {
        long now = store.statuses(List.of()).nowMillis();
        return store.expire(new SweepRequest("node", now, HOUR * 24 * 365, 0, 1_000))
                .claimed();
    }

    @Test
    void claimThatComesLongAfterItsSweepWasNotedClaimsNobody() {
        record(store, Write.beat("ada", "", 0));
        clock.advance(store.settings().timeout().minusMillis(500));
        AtomicInteger pauseMillis = new AtomicInteger();
        DataSource slow = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    clock.advance(Duration.ofMillis(pauseMillis.get()));
                    return method.invoke(pool, arguments);
                });
        try (JdbcPresenceStore slowly = builder(slow).build()) {
            long now = slowly.statuses(List.of()).nowMillis();
            pauseMillis.set(600);
            assertThat(slowly.expire(new SweepRequest("node", now, HOUR * 24 * 365, 0, 1_000))
                            .claimed())
                    .isZero();
        }
        assertThat(sweep()).isOne();
    }

    final long number(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    final void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void batchesTakeFewStatements() {
        CountingDataSource counting = new CountingDataSource(pool);
        try (JdbcPresenceStore counted = builder(counting.dataSource()).build()) {
            long now = counted.statuses(List.of()).nowMillis();
            counted.record(new WriteBatch("node", now, beats(0, 1_000)));
            counting.executed();
            counted.record(new WriteBatch("node", now, beats(0, 1_000)));
            assertThat(counting.executed()).hasSize(statementsForBeats());
            List<String> users = beats(0, 1_001).stream().map(Write::user).toList();
            assertThat(counted.statuses(users.subList(0, 1_000)).statuses()).allMatch(UserStatus::isOnline);
            assertThat(counting.executed()).hasSize(1);
            assertThat(counted.statuses(users).statuses()).hasSize(1_001);
            assertThat(counting.executed()).hasSize(2);
            List<Write> sessions =
                    users.stream().map(user -> Write.beat(user, "phone", 0)).toList();
            counted.record(new WriteBatch("node", now, sessions.subList(0, 10)));
            int few = counting.executed().size();
            counted.record(new WriteBatch("node", now, sessions.subList(10, 1_000)));
            assertThat(counting.executed()).hasSize(few);
        }
    }

    @Test
    void statementsHaveNoIds() {
        CountingDataSource counting = new CountingDataSource(pool);
        try (JdbcPresenceStore counted = builder(counting.dataSource()).build()) {
            String id = "'; DROP TABLE " + prefix + "user; --";
            record(counted, Write.beat(id, "", 0), Write.beat("bob", id, 0), Write.end("bob", id, 0));
            record(counted, Write.forget("bob"));
            assertThat(counted.statuses(List.of(id)).statuses().get(0).isOnline())
                    .isTrue();
            assertThat(counting.executed()).isNotEmpty().noneMatch(sql -> sql.contains("DROP"));
        }
    }

    @Test
    void schemaCanBeCreatedAgain() {
        record(store, Write.beat("ada", "", 0));
        try (JdbcPresenceStore again = builder(pool).createSchema().build()) {
            assertThat(again.statuses(List.of("ada")).statuses().get(0).isOnline())
                    .isTrue();
        }
    }

    @Test
    void tenantsNeverMeet() {
        record(store, Write.beat("ada", "", 0));
        try (JdbcPresenceStore other = JdbcPresenceStore.builder(pool)
                .tablePrefix("other_" + prefix)
                .clock(clock)
                .createSchema()
                .build()) {
            assertThat(other.statuses(List.of("ada")).statuses().get(0).isOnline())
                    .isFalse();
        }
    }

    @Test
    void settingsAreRefusedOrAdopted() {
        StoreSettings longer = StoreSettings.defaults().withTimeout(Duration.ofSeconds(60));
        assertThatThrownBy(() -> builder(pool).settings(longer).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("PT30S", "PT1M", "R12");
        record(store, Write.beat("ada", "", 0));
        builder(pool).settings(longer.withVersion(2)).build().close();
        clock.advance(Duration.ofSeconds(45));
        assertThat(store.statuses(List.of("ada")).statuses().get(0).isOnline()).isTrue();
        assertThat(store.settings()).isEqualTo(longer.withVersion(2));
    }

    @Test
    void shorterTimeoutClaimsInTime() {
        record(store, Write.beat("ada", "", 0));
        assertThat(sweep()).isZero();
        StoreSettings shorter =
                StoreSettings.defaults().withTimeout(Duration.ofSeconds(5)).withVersion(2);
        builder(pool).settings(shorter).build().close();
        clock.advance(Duration.ofMillis(5_001));
        assertThat(sweep()).isEqualTo(1);
    }

    @Test
    void missingTableIsToldByPurposeAndWithoutData() throws SQLException {
        execute("DROP TABLE " + prefix + "feed");
        Throwable failure = catchThrowable(() -> record(store, Write.beat("secret", "", 0)));
        assertThat(failure).isInstanceOf(PresenceStoreException.class).hasMessageContaining("recording");
        Stream.iterate(failure, it -> it != null, Throwable::getCause)
                .forEach(it -> assertThat(String.valueOf(it.getMessage())).doesNotContain("secret"));
        assertThat(store.statuses(List.of("secret")).statuses().get(0).isOnline())
                .isFalse();
    }

    @Test
    void storeWithoutTablesIsNotBuilt() {
        assertThatThrownBy(() ->
                        JdbcPresenceStore.builder(pool).tablePrefix("missing_").build())
                .isInstanceOf(PresenceStoreException.class)
                .hasMessageContaining("reading the groups");
    }

    @Test
    void lostMemoryIsNewEpoch() throws SQLException {
        record(store, Write.beat("ada", "", 0));
        FeedPosition position = store.feed(FeedPosition.END, 1).next();
        for (String table : List.of("user", "bucket", "group", "feed")) {
            execute("DELETE FROM " + prefix + table);
        }
        assertThat(store.feed(position, 10).continuity()).isEqualTo(FeedPage.Continuity.NEW_EPOCH);
        assertThat(record(store, Write.beat("ada", "", 0)).verdict()).isEqualTo(StoreReply.Verdict.DONE);
        assertThat(store.stats().onlineUsers()).isEqualTo(1);
    }

    @Test
    void anotherDatabaseIsNewEpochAndQuiet() throws SQLException {
        record(store, Write.beat("ada", "", 0));
        sweep();
        FeedPosition position = store.feed(FeedPosition.END, 1).next();
        execute("UPDATE " + prefix + "group SET run = 'another'");
        clock.advance(Duration.ofMillis(30_001));
        assertThat(sweep()).isZero();
        assertThat(store.feed(position, 10).continuity()).isEqualTo(FeedPage.Continuity.NEW_EPOCH);
        assertThat(store.statuses(List.of("ada")).statuses().get(0).isStale()).isTrue();
        clock.advance(Duration.ofMillis(30_001));
        assertThat(sweep()).isEqualTo(1);
    }

    @Test
    void rowsGoWithTheRetention() throws SQLException {
        record(store, Write.beat("ada", "", 0), Write.beat("bob", "phone", 0), Write.end("bob", "phone", 0));
        record(store, Write.beat("cleo", "", 40_000));
        assertThat(number("SELECT COUNT(*) FROM " + prefix + "user")).isEqualTo(3);
        clock.advance(Duration.ofDays(31));
        sweep();
        clock.advance(Duration.ofHours(2));
        sweep();
        assertThat(number("SELECT COUNT(*) FROM " + prefix + "user")).isZero();
    }

    @Test
    void noTimeZoneMatters() {
        TimeZone before = TimeZone.getDefault();
        try {
            for (String zone : List.of("Pacific/Kiritimati", "America/St_Johns", "Europe/Berlin")) {
                TimeZone.setDefault(TimeZone.getTimeZone(zone));
                for (int hours : new int[] {-11, 0, 13}) {
                    agreesOnTime(hours);
                }
            }
        } finally {
            TimeZone.setDefault(before);
        }
    }

    private void agreesOnTime(int hours) {
        try (HikariDataSource zoned = openPool()) {
            DataSource source = new ZonedDataSource(zoned, setZone(hours)).dataSource();
            try (JdbcPresenceStore real = JdbcPresenceStore.builder(source)
                    .tablePrefix("zone" + OPENED.incrementAndGet() + "_")
                    .createSchema()
                    .build()) {
                record(real, Write.beat("ada", "", 0));
                assertThat(real.clockSkew()).isBetween(Duration.ofSeconds(-2), Duration.ofSeconds(2));
                assertThat(real.statuses(List.of("ada")).statuses().get(0).age().orElseThrow())
                        .isBetween(Duration.ZERO, Duration.ofSeconds(2));
            }
        }
    }
}
