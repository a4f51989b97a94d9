package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.HeartbeatTracker;
import dev.presence.Subscription;
import dev.presence.Write;
import dev.presence.servers.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** That nodes tell each other of transitions by NOTIFY where it works, and do without where it does not. */
class FeedNoticesIT extends SqlFaults {
    private static final int TRANSITIONS = 12;
    private static final String LISTENER = "presence-feed-listener"; // its thread
    private static final AtomicInteger OPENED = new AtomicInteger();

    private final String url = PostgresServer.sharedUrl();
    private final String prefix = "notices" + OPENED.incrementAndGet() + "_";
    private final HikariDataSource pool = pool(url);

    private JdbcPresenceStore listening(DataSource source) {
        return opened(JdbcPresenceStore.builder(pool)
                .tablePrefix(prefix)
                .listenOn(source)
                .createSchema()
                .build());
    }

    private static void awaitListening(JdbcPresenceStore store) {
        await().atMost(PATIENCE).until(store::isListening);
    }

    /** How long transitions made by one node took to be signalled to another, in milliseconds, sorted. */
    private List<Long> delays(JdbcPresenceStore from, JdbcPresenceStore to) {
        Map<Integer, Long> signalled = new ConcurrentHashMap<>();
        AtomicInteger made = new AtomicInteger();
        List<Long> delays = new ArrayList<>();
        Subscription signals = to.onFeed(() -> signalled.putIfAbsent(made.get(), System.nanoTime()));
        for (int i = 1; i <= TRANSITIONS; i++) {
            letPass(Duration.ofMillis(260)); // signals of the last one, of either kind, are over
            long start = System.nanoTime();
            made.set(i);
            StoreDetails.record(from, Write.beat("user" + i, "", 0));
            int number = i;
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> signalled.containsKey(number));
            delays.add((signalled.getOrDefault(i, 0L) - start) / 1_000_000);
        }
        signals.close();
        return delays.stream().sorted().toList();
    }

    @Test
    void transitionIsToldByANotice() {
        JdbcPresenceStore from = listening(pool);
        JdbcPresenceStore to = listening(pool);
        Set<String> tellers = ConcurrentHashMap.newKeySet();
        opened(to.onFeed(() -> tellers.add(Thread.currentThread().getName())));
        awaitListening(to);
        await().atMost(PATIENCE).until(() -> tellers.contains(LISTENER)); // for what came before
        for (int i = 1; i <= TRANSITIONS; i++) {
            tellers.clear();
            StoreDetails.record(from, Write.beat("user" + i, "", 0));
            await().atMost(PATIENCE).until(() -> tellers.contains(LISTENER));
        }
    }

    @Test
    void lostConnectionIsReplaced() throws SQLException {
        JdbcPresenceStore to = listening(pool);
        opened(to.onFeed(() -> {}));
        awaitListening(to);
        execute(
                url,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN "
                        + FeedNotices.channel(new Tables(null, prefix)) + "'");
        await().atMost(PATIENCE).until(() -> !to.isListening());
        awaitListening(to);
    }

    @Test
    void noticesOfManyTransitionsAreFew() throws SQLException {
        JdbcPresenceStore from = listening(pool);
        AtomicInteger signals = new AtomicInteger();
        opened(from.onFeed(signals::incrementAndGet));
        awaitListening(from);
        int before = signals.get();
        long start = System.nanoTime();
        for (int i = 0; i < 300; i++) {
            StoreDetails.record(from, Write.beat("user" + i, "", 0));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(signals.get() - before).isBetween(1, (int) (seconds * 15) + 3); // ten notices a second, four looks
    }

    /** As behind a pooler that lends another connection to the server for each transaction. */
    @Test
    void poolerOfTransactionsIsNoticed() {
        JdbcPresenceStore to = listening(RotatingDataSource.of(pool, pool));
        opened(HeartbeatTracker.builder(to).build());
        opened(to.onFeed(() -> {}));
        JdbcPresenceStore from = listening(pool);
        List<Long> delays = delays(from, to);
        assertThat(to.isListening()).isFalse();
        assertThat(delays.get(TRANSITIONS - 1)).isLessThan(5_000);
    }

    @Test
    void onlyPostgresIsListenedTo() {
        try (HikariDataSource h2 = Pools.h2("notices")) {
            assertThatThrownBy(() -> JdbcPresenceStore.builder(h2)
                            .listenOn(h2)
                            .createSchema()
                            .build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("h2");
        }
    }
}
