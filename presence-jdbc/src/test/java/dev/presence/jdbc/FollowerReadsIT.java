package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.presence.FeedPosition;
import dev.presence.ManualClock;
import dev.presence.OnlinePage;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.servers.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read from a real follower of PostgreSQL: in step, behind, dead, or a leader of its own. */
class FollowerReadsIT {
    private static final Duration PERIOD = Duration.ofSeconds(2);

    private final ManualClock clock = ManualClock.create();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final PostgresServer leader = opened(PostgresServer.start());
    private final JdbcPresenceStore elsewhere =
            opened(builder(pool(leader)).createSchema().build());
    private final PostgresServer follower = opened(leader.replica());
    private final CountingDataSource atLeader = new CountingDataSource(pool(leader));
    private final CountingDataSource atFollower = new CountingDataSource(pool(follower));
    private final JdbcPresenceStore store = opened(builder(atLeader.dataSource())
            .followers(atFollower.dataSource())
            .queryTimeout(Duration.ofSeconds(1))
            .build());

    private <T extends AutoCloseable> T opened(T it) {
        opened.push(it);
        return it;
    }

    private JdbcPresenceStoreBuilder builder(DataSource source) {
        return JdbcPresenceStore.builder(source).clock(clock);
    }

    private HikariDataSource pool(PostgresServer server) {
        return pool(server.jdbcUrl());
    }

    private HikariDataSource pool(String url) {
        HikariConfig config = Pools.config(url);
        config.setConnectionTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        return opened(new HikariDataSource(config));
    }

    @BeforeEach
    void adaIsOnline() throws SQLException {
        StoreDetails.record(elsewhere, Write.beat("ada", "", 0));
        sweep(elsewhere);
        awaitReplay();
        ada(); // once from the leader, before which no follower is believed
        isAsked();
    }

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private static int sweep(JdbcPresenceStore at) {
        long now = at.statuses(List.of()).nowMillis();
        return at.expire(new SweepRequest("node", now, PERIOD.toMillis(), 0, 10))
                .claimed();
    }

    private static String ask(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return String.valueOf(result.getString(1));
        }
    }

    private void awaitReplay() throws SQLException {
        String end = ask(leader, "SELECT pg_current_wal_lsn()");
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> ask(follower, "SELECT pg_last_wal_replay_lsn() >= '" + end + "'")
                        .equals("t"));
    }

    private UserStatus ada() {
        return store.statuses(List.of("ada")).statuses().get(0);
    }

    private boolean isAdaOnline() {
        return ada().isOnline();
    }

    /** Who has been asked since: the leader, the follower, or both. */
    private String isAsked() {
        String asked = (atLeader.executed().isEmpty() ? "" : "leader ")
                + (atFollower.executed().isEmpty() ? "" : "follower");
        return asked.strip();
    }

    @Test
    void followerInStepAnswersAndSparesTheLeader() {
        clock.advance(Duration.ofSeconds(3));
        List<UserStatus> told = store.statuses(List.of("ada", "nobody")).statuses();
        assertThat(told.get(0).isOnline()).isTrue();
        assertThat(told.get(0).age()).contains(Duration.ofSeconds(3));
        assertThat(told.get(1).lastSeen()).isEmpty();
        assertThat(store.online(OnlinePage.START, 10).users()).containsExactly("ada");
        assertThat(store.stats().onlineUsers()).isEqualTo(1);
        assertThat(isAsked()).isEqualTo("follower");
    }

    @Test
    void batchTakesOneStatement() {
        store.statuses(List.of("ada", "bob", "cleo"));
        assertThat(atFollower.executed()).hasSize(1);
    }

    @Test
    void writesFeedAndSweepsGoToTheLeader() {
        StoreDetails.record(store, Write.beat("bob", "", 0), Write.beat("ada", "phone", 0));
        store.feed(FeedPosition.END, 10);
        sweep(store);
        assertThat(isAsked()).isEqualTo("leader");
    }

    @Test
    void whatIsOnTheWayShowsLater() throws SQLException {
        ask(follower, "SELECT pg_wal_replay_pause()");
        StoreDetails.record(elsewhere, Write.end("ada", "", 0));
        assertThat(isAdaOnline()).isTrue();
        assertThat(isAsked()).isEqualTo("follower");
        ask(follower, "SELECT pg_wal_replay_resume()");
        awaitReplay();
        assertThat(isAdaOnline()).isFalse();
        assertThat(isAsked()).isEqualTo("follower");
    }

    @Test
    void transitionThatTheFeedToldIsNotTakenBack() throws SQLException {
        FeedPosition before = store.feed(FeedPosition.END, 10).next();
        ask(follower, "SELECT pg_wal_replay_pause()");
        StoreDetails.record(elsewhere, Write.end("ada", "", 0));
        assertThat(isAdaOnline()).isTrue();
        assertThat(store.feed(before, 10).entries()).hasSize(1);
        assertThat(isAdaOnline()).isFalse();
        assertThat(store.online(OnlinePage.START, 10).users()).isEmpty();
        assertThat(store.stats().onlineUsers()).isZero();
    }

    @Test
    void transitionThatTheStoreMadeIsNotTakenBack() throws SQLException {
        ask(follower, "SELECT pg_wal_replay_pause()");
        StoreDetails.record(store, Write.end("ada", "", 0)); // by locks
        assertThat(isAdaOnline()).isFalse();
        ask(follower, "SELECT pg_wal_replay_resume()");
        awaitReplay();
        assertThat(isAdaOnline()).isFalse();
        ask(follower, "SELECT pg_wal_replay_pause()");
        clock.advance(Duration.ofMillis(1));
        long now = store.clock().millis();
        store.record(new dev.presence.WriteBatch("node", now, StoreDetails.beats(0, 1))); // by one statement
        assertThat(store.statuses(List.of("user0")).statuses().get(0).isOnline())
                .isTrue();
        assertThat(isAsked()).isEqualTo("leader follower");
    }

    @Test
    void pageComesFromTheFollowerThatWasJudged() throws SQLException {
        ask(follower, "SELECT pg_wal_replay_pause()");
        StoreDetails.record(elsewhere, Write.end("ada", "", 0));
        DataSource either = RotatingDataSource.of(pool(leader), pool(follower)); // one in step, one behind
        try (JdbcPresenceStore there = builder(pool(leader)).followers(either).build()) {
            assertThat(there.statuses(List.of("ada")).statuses()).noneMatch(UserStatus::isOnline);
            for (int i = 0; i < 4; i++) {
                assertThat(there.online("0 1000000", 10).users()).isEmpty();
            }
        }
    }

    @Test
    void pageTakesOneStatement() {
        assertThat(store.online("0 1000000", 10).users()).containsExactly("ada");
        assertThat(atFollower.executed()).hasSize(1);
        assertThat(isAsked()).isEmpty();
    }

    @Test
    void whatTheLeaderToldIsNotTakenBack() throws SQLException {
        ask(follower, "SELECT pg_wal_replay_pause()");
        StoreDetails.record(elsewhere, Write.end("ada", "", 0), Write.beat("bob", "", 0));
        follower.pause();
        assertThat(isAdaOnline()).isFalse(); // after the time for an answer
        follower.resume();
        clock.advance(Duration.ofMillis(5_001));
        assertThat(isAdaOnline()).isFalse();
        assertThat(isAsked()).isEqualTo("leader follower");
    }

    @Test
    void userWhoseBeatsMayBeOnTheWayIsAskedOfTheLeader() throws SQLException {
        for (int i = 0; i < 14; i++) {
            clock.advance(PERIOD);
            sweep(elsewhere);
        }
        awaitReplay();
        ask(follower, "SELECT pg_wal_replay_pause()");
        StoreDetails.record(elsewhere, Write.beat("ada", "", 0));
        clock.advance(PERIOD);
        assertThat(ada().age()).contains(Duration.ofSeconds(30)); // of an online user last seen may be behind
        assertThat(isAsked()).isEqualTo("follower");
        clock.advance(Duration.ofMillis(1));
        assertThat(ada().isOnline()).isTrue();
        assertThat(isAsked()).isEqualTo("leader follower");
    }

    @Test
    void followerThatIsThreeSweepsBehindIsPassedOver() throws SQLException {
        ask(follower, "SELECT pg_wal_replay_pause()");
        StoreDetails.record(elsewhere, Write.end("ada", "", 0));
        clock.advance(PERIOD.multipliedBy(3));
        assertThat(isAdaOnline()).isTrue();
        clock.advance(Duration.ofMillis(1));
        sweep(elsewhere);
        isAsked();
        assertThat(isAdaOnline()).isFalse();
        assertThat(isAsked()).isEqualTo("leader follower");
        assertThat(isAdaOnline()).isFalse();
        assertThat(isAsked()).isEqualTo("leader"); // not asked again at once
        ask(follower, "SELECT pg_wal_replay_resume()");
        awaitReplay();
        clock.advance(Duration.ofSeconds(1));
        assertThat(isAdaOnline()).isFalse();
        assertThat(isAsked()).isEqualTo("follower");
    }

    @Test
    void deadFollowerIsPassedOverAndComesBack() throws SQLException {
        follower.kill();
        assertThat(isAdaOnline()).isTrue();
        assertThat(store.online(OnlinePage.START, 10).users()).containsExactly("ada"); // each found it dead for itself
        isAsked();
        atFollower.connections();
        assertThat(isAdaOnline()).isTrue();
        assertThat(store.online(OnlinePage.START, 10).users()).containsExactly("ada");
        assertThat(isAsked()).isEqualTo("leader");
        assertThat(atFollower.connections()).isZero(); // a dead one that is asked executes nothing
        follower.restart();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            clock.advance(Duration.ofSeconds(5)); // so long it is left alone after each question in vain
            StoreDetails.record(elsewhere, Write.beat("ada", "", 0));
            sweep(elsewhere);
            awaitReplay();
            isAsked();
            return isAdaOnline() && isAsked().equals("follower");
        });
    }

    @Test
    void followerThatRefusesIsPassedOver() {
        DataSource refusing = pool(follower.jdbcUrl().replace("/postgres?", "/nowhere?"));
        try (JdbcPresenceStore there = builder(pool(leader)).followers(refusing).build()) {
            assertThat(there.statuses(List.of("ada")).statuses()).allMatch(UserStatus::isOnline);
        }
    }

    @Test
    void followerThatBecameALeaderIsNotBelieved() throws SQLException {
        follower.promote();
        StoreDetails.record(elsewhere, Write.end("ada", "", 0));
        try (JdbcPresenceStore split = builder(pool(follower)).build()) {
            clock.advance(PERIOD);
            sweep(split);
            sweep(elsewhere);
            assertThat(split.statuses(List.of("ada")).statuses()).allMatch(UserStatus::isOnline);
            assertThat(isAdaOnline()).isFalse();
        }
    }

    @Test
    void followerThatWasPromotedAloneIsPassedOverAfterThreeSweeps() {
        follower.promote();
        StoreDetails.record(elsewhere, Write.end("ada", "", 0));
        assertThat(isAdaOnline()).isTrue();
        clock.advance(PERIOD.multipliedBy(3).plusMillis(1));
        assertThat(isAdaOnline()).isFalse();
    }

    @Test
    void followerAnswersForADeadLeaderAsLongAsItMay() {
        leader.kill();
        clock.advance(PERIOD.multipliedBy(3));
        assertThat(ada().age()).contains(PERIOD.multipliedBy(3));
        clock.advance(Duration.ofMillis(1));
        assertThatThrownBy(this::ada).isInstanceOf(PresenceStoreUnavailableException.class);
    }

    @Test
    void clockOfAFollowerDoesNotMatter() throws SQLException {
        for (String skew : List.of("+", "-")) {
            DataSource skewed = RewritingDataSource.of(
                    pool(follower), "clock_timestamp()", "(clock_timestamp() " + skew + " interval '10 minutes')");
            try (JdbcPresenceStore real = JdbcPresenceStore.builder(pool(leader))
                    .followers(skewed)
                    .tablePrefix(skew.equals("+") ? "ahead_" : "behind_")
                    .createSchema()
                    .build()) {
                StoreDetails.record(real, Write.beat("ada", "", 0));
                sweep(real);
                awaitReplay();
                UserStatus told = real.statuses(List.of("ada")).statuses().get(0);
                assertThat(told.isOnline()).isTrue();
                assertThat(told.age().orElseThrow()).isBetween(Duration.ZERO, Duration.ofSeconds(5));
            }
        }
    }
}
