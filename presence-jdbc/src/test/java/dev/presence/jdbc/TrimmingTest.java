package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.FeedPosition;
import dev.presence.ManualClock;
import dev.presence.PresenceClock;
import dev.presence.Sequence;
import dev.presence.StoreSettings;
import dev.presence.SweepRequest;
import dev.presence.Write;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That trimming removes what it may, and looks at nothing in vain again and again. */
class TrimmingTest {
    private static final long YEAR_MILLIS = Duration.ofDays(365).toMillis();

    private static final AtomicInteger OPENED = new AtomicInteger();

    private final ManualClock clock = ManualClock.create();
    private final HikariDataSource pool = Pools.h2("trimming" + OPENED.incrementAndGet());
    private final CountingDataSource counting = new CountingDataSource(pool);
    private final JdbcPresenceStore store = JdbcPresenceStore.builder(counting.dataSource())
            .clock(clock)
            .createSchema()
            .build();

    @AfterEach
    void close() {
        store.close();
        pool.close();
    }

    private void sweep() {
        long now = store.statuses(List.of()).nowMillis();
        store.expire(new SweepRequest("node", now, YEAR_MILLIS, 0, 1_000));
    }

    private long looksAtUsers() {
        return counting.executed().stream()
                .filter(sql -> sql.contains("online = FALSE AND") && sql.contains("SKIP LOCKED"))
                .count();
    }

    @Test
    void tombstonesOfManyAreNotLockedAgainAndAgain() throws SQLException {
        List<String> users = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "user" + i)
                .filter(user -> UserKey.of(user, 1).bucket() == 0)
                .limit(Trimming.MOST_ROWS + 200)
                .toList();
        StoreDetails.record(
                store, users.stream().map(user -> Write.beat(user, "", 0)).toList());
        clock.advance(Duration.ofSeconds(20));
        StoreDetails.record(
                store, users.stream().map(user -> Write.end(user, "", 0)).toList());
        clock.advance(Duration.ofSeconds(20)); // the beats are older than a timeout, the tombstones are not
        sweep();
        assertThat(looksAtUsers()).isOne();
        sweep();
        assertThat(looksAtUsers()).isZero();
        clock.advance(Duration.ofHours(2));
        sweep();
        assertThat(looksAtUsers()).isEqualTo(2); // batches, in one sweep
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet left = statement.executeQuery("SELECT * FROM presence_user WHERE more IS NOT NULL")) {
            assertThat(left.next()).isFalse();
        }
    }

    @Test
    void nothingIsRemovedByNumbersOfAnotherEpoch() throws SQLException {
        Reckoning reckoning = new Reckoning(clock);
        Agreement agreement = new Agreement(
                new Database(pool, Duration.ofSeconds(5), Database.Singles.PLAIN),
                Dialect.H2,
                Layer.NONE,
                new Tables(null, Tables.DEFAULT_PREFIX),
                reckoning,
                PresenceClock.monotone(clock),
                new Agreement.Agreed(StoreSettings.defaults(), 1));
        StoreDetails.record(store, Write.beat("ada", "", 0));
        clock.advance(Duration.ofHours(2));
        GroupRow before = agreement.read(0).orElseThrow();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE presence_group SET epoch = epoch - 1");
        }
        FeedPosition start = store.feed(FeedPosition.END, 1).next();
        long epoch = start.last().get(0).epoch();
        FeedPosition beginning = new FeedPosition(List.of(new Sequence(epoch, 0, 0)));
        new Trimming(agreement, before).run();
        assertThat(store.feed(beginning, 10).entries()).hasSize(1);
        new Trimming(agreement, agreement.read(0).orElseThrow()).run();
        assertThat(store.feed(beginning, 10).entries()).isEmpty();
    }
}
