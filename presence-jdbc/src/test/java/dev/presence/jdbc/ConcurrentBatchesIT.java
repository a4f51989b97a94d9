package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.FeedEntry;
import dev.presence.FeedPosition;
import dev.presence.Presence;
import dev.presence.StoreReply;
import dev.presence.SweepRequest;
import dev.presence.Write;
import dev.presence.WriteBatch;
import dev.presence.servers.MariaDbServer;
import dev.presence.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches at the same time, of users who are new, known, leaving and erased: all are recorded, once, and nobody is stuck. */
class ConcurrentBatchesIT extends SqlFaults {
    private static final int THREADS = 4;
    private static final int ROUNDS = 30;
    private static final int EACH = 100;

    private static int prefixes;

    /** With the isolation that each has by default, so that MariaDB locks gaps. */
    static List<String> databases() {
        String mariaDb = MariaDbServer.sharedUrl();
        return List.of(
                PostgresServer.sharedUrl(),
                mariaDb,
                mariaDb.replace("jdbc:mariadb:", "jdbc:mysql:") + "&sslMode=DISABLED");
    }

    private JdbcPresenceStore store(String url, int isolation) {
        var config = config(url);
        config.setTransactionIsolation(
                isolation == Connection.TRANSACTION_REPEATABLE_READ
                        ? "TRANSACTION_REPEATABLE_READ"
                        : "TRANSACTION_READ_COMMITTED");
        return opened(JdbcPresenceStore.builder(opened(new HikariDataSource(config)))
                .tablePrefix("concurrent" + ++prefixes + "_")
                .createSchema()
                .build());
    }

    private static Write some(Random random, String user) {
        return switch (random.nextInt(8)) {
            case 0 -> Write.end(user, "", 0);
            case 1 -> Write.beat(user, "phone", 0);
            case 2 -> Write.endAll(user, 0);
            case 3 -> Write.forget(user);
            default -> Write.beat(user, "", 0);
        };
    }

    /** Records batches in which users and writes are drawn by chance, in any order. */
    private static void recordSome(JdbcPresenceStore store, int thread) {
        Random random = new Random(thread);
        for (int round = 0; round < ROUNDS; round++) {
            List<Write> writes = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                writes.add(some(random, "user" + random.nextInt(4 * EACH)));
            }
            Collections.shuffle(writes, random);
            record(store, "node" + thread, writes);
            long now = store.statuses(List.of()).nowMillis();
            store.expire(new SweepRequest("node" + thread, now, 1_000, 0, 100));
        }
    }

    /** Like a tracker it sends again what had to wait for so long that it is late. */
    private static void record(JdbcPresenceStore store, String node, List<Write> writes) {
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> {
            long now = store.statuses(List.of()).nowMillis();
            StoreReply reply = store.record(new WriteBatch(node, now, writes));
            assertThat(reply.unreached()).isEmpty();
            return reply.verdict() == StoreReply.Verdict.DONE;
        });
    }

    private static void inThreads(int threads, IntConsumer task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                futures.add(executor.submit(() -> task.accept(number)));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** R6: numbers without holes, of each user online and offline in turn, and the count is what they come to. */
    private static void assertFeedIsSound(JdbcPresenceStore store, FeedPosition start) {
        Map<String, Presence> last = new HashMap<>();
        long number = start.last().get(0).number();
        FeedPosition position = start;
        for (List<FeedEntry> entries = store.feed(position, 1_000).entries(); !entries.isEmpty(); ) {
            for (FeedEntry entry : entries) {
                assertThat(entry.sequence().number()).isEqualTo(++number);
                assertThat(last.put(entry.user(), entry.presence())).isNotEqualTo(entry.presence());
            }
            position = new FeedPosition(List.of(entries.get(entries.size() - 1).sequence()));
            entries = store.feed(position, 1_000).entries();
        }
        long online = last.values().stream().filter(Presence.ONLINE::equals).count();
        assertThat(last).isNotEmpty();
        assertThat(store.stats().onlineUsers()).isEqualTo(online);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void overlappingBatchesAreAllRecorded(String url) throws Exception {
        JdbcPresenceStore store = store(url, Connection.TRANSACTION_REPEATABLE_READ);
        FeedPosition start = store.feed(FeedPosition.END, 1).next();
        inThreads(THREADS, thread -> recordSome(store, thread));
        assertFeedIsSound(store, start);
    }

    /** As of a node with two batches under way. */
    @Test
    void disjointBatchesNeverDeadlock() throws Exception {
        String url = PostgresServer.sharedUrl();
        JdbcPresenceStore store = store(url, Connection.TRANSACTION_READ_COMMITTED);
        FeedPosition start = store.feed(FeedPosition.END, 1).next();
        long before = deadlocks(url);
        inThreads(2, thread -> {
            for (int round = 0; round < ROUNDS; round++) {
                List<String> users = new ArrayList<>();
                for (int i = 0; i < 1_000; i++) {
                    users.add("user" + (2 * i + thread));
                }
                Collections.shuffle(users, new Random(round));
                record(
                        store,
                        "node",
                        users.stream()
                                .map(user ->
                                        users.indexOf(user) % 5 == 0 ? Write.end(user, "", 0) : Write.beat(user, "", 0))
                                .toList());
            }
        });
        assertFeedIsSound(store, start);
        assertThat(deadlocks(url)).isEqualTo(before);
    }

    private static long deadlocks(String url) throws SQLException {
        return number(url, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }
}
