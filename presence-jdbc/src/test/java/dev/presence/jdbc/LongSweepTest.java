package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.ManualClock;
import dev.presence.SweepRequest;
import dev.presence.Write;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sweeps that take longer than three of their periods: each is no outage, but one in the midst of it is. */
class LongSweepTest {
    private static final int PERIOD = 200;
    private static final int USERS = 40;

    private static final AtomicInteger OPENED = new AtomicInteger();

    private final ManualClock clock = ManualClock.create();
    private final long start = clock.millis();
    private final HikariDataSource pool = Pools.h2("longsweep" + OPENED.incrementAndGet());
    private final JdbcPresenceStore store = JdbcPresenceStore.builder(slow())
            .timeout(Duration.ofSeconds(2))
            .groups(4)
            .clock(clock)
            .createSchema()
            .build();
    private int pauseMillis; // before each use of a connection
    private int usesUntilOutage = Integer.MAX_VALUE;

    private DataSource slow() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    clock.advance(Duration.ofMillis(pauseMillis));
                    if (--usesUntilOutage == 0) {
                        clock.advance(Duration.ofSeconds(5));
                    }
                    return method.invoke(pool, arguments);
                });
    }

    @BeforeEach
    void earlyAndLateUsersBeat() {
        beat("early");
        sweepUntil(1_500);
        beat("late");
        assertThat(sweepUntil(2_000)).isZero(); // early ones are still online
    }

    @AfterEach
    void close() {
        store.close();
        pool.close();
    }

    private void beat(String name) {
        StoreDetails.record(
                store,
                IntStream.range(0, USERS)
                        .mapToObj(i -> Write.beat(name + i, "", 0))
                        .toList());
    }

    private int sweep() {
        long now = store.statuses(List.of()).nowMillis();
        return store.expire(new SweepRequest("node", now, PERIOD, 0, 1_000)).claimed();
    }

    /** Sweeps until so long after the start of the test, and returns how many were claimed. */
    private int sweepUntil(long millis) {
        int claimed = 0;
        while (elapsed() < millis) {
            clock.advance(Duration.ofMillis(Math.min(PERIOD / 2, millis - elapsed())));
            claimed += sweep();
        }
        return claimed;
    }

    private long elapsed() {
        return clock.millis() - start;
    }

    @Test
    void longSweepIsNoOutage() {
        clock.advance(Duration.ofMillis(1));
        pauseMillis = 30;
        int claimed = sweep();
        assertThat(elapsed()).isBetween(2_001L + 3 * PERIOD, 3_300L); // the late ones are all online
        assertThat(claimed).isEqualTo(USERS);
        pauseMillis = 0;
        assertThat(sweepUntil(3_500)).isZero();
        assertThat(sweepUntil(3_501)).isEqualTo(USERS);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 8, 11, 14, 17, 20, 23})
    void outageInTheMidstOfALongSweepIsOne(int uses) {
        clock.advance(Duration.ofMillis(1));
        pauseMillis = 30;
        usesUntilOutage = uses;
        int claimed = sweep();
        assertThat(elapsed()).isBetween(7_001L, 9_000L);
        assertThat(claimed).isLessThanOrEqualTo(USERS); // none of the late ones
        pauseMillis = 0;
        assertThat(store.stats().onlineUsers()).isEqualTo(2 * USERS - claimed);
        claimed += sweepUntil(8_900);
        assertThat(claimed).isLessThanOrEqualTo(USERS);
        assertThat(claimed + sweepUntil(12_000)).isEqualTo(2 * USERS);
    }
}
