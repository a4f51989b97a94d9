package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.ManualClock;
import dev.presence.UserStatus;
import dev.presence.Write;
import java.lang.reflect.Proxy;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a follower that was dead is tried again: by one reader, while others ask the leader. */
class FollowerTrialTest {
    private static final int READERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final AtomicInteger OPENED = new AtomicInteger();

    private final ManualClock clock = ManualClock.create();
    private final HikariDataSource pool = Pools.h2("trial" + OPENED.incrementAndGet());
    private final ExecutorService readers = Executors.newFixedThreadPool(READERS);
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch answer = new CountDownLatch(1);
    private volatile boolean hangs;
    private volatile boolean isDead = true;
    private final JdbcPresenceStore store = JdbcPresenceStore.builder(pool)
            .followers(follower())
            .clock(clock)
            .createSchema()
            .build();

    private DataSource follower() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    asked.incrementAndGet();
                    if (hangs) {
                        answer.await();
                    }
                    if (isDead) {
                        throw new SQLTransientConnectionException("nobody there", "08001");
                    }
                    return method.invoke(pool, arguments);
                });
    }

    @AfterEach
    void close() {
        answer.countDown();
        readers.shutdown();
        store.close();
        pool.close();
    }

    private boolean isAdaOnline() {
        return store.statuses(List.of("ada")).statuses().stream().allMatch(UserStatus::isOnline);
    }

    @Test
    void oneReaderTriesAndOthersAskTheLeader() {
        StoreDetails.record(store, Write.beat("ada", "", 0));
        assertThat(isAdaOnline()).isTrue();
        assertThat(asked.getAndSet(0)).isOne();
        clock.advance(Duration.ofSeconds(5));
        hangs = true;
        List<CompletableFuture<Boolean>> answers = Stream.generate(
                        () -> CompletableFuture.supplyAsync(this::isAdaOnline, readers))
                .limit(READERS)
                .toList();
        await().atMost(PATIENCE)
                .until(() -> answers.stream().filter(CompletableFuture::isDone).count() == READERS - 1);
        assertThat(asked).hasValue(1);
        answer.countDown();
        assertThat(answers).allMatch(CompletableFuture::join);
        assertThat(isAdaOnline()).isTrue();
        assertThat(asked).hasValue(1); // in vain: it rests again
    }

    @Test
    void allAskAgainOnceItAnswered() {
        StoreDetails.record(store, Write.beat("ada", "", 0));
        isAdaOnline();
        isDead = false;
        clock.advance(Duration.ofSeconds(5));
        asked.set(0);
        for (int i = 0; i < READERS; i++) {
            assertThat(isAdaOnline()).isTrue();
        }
        assertThat(asked).hasValue(READERS);
    }
}
