package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.ManualClock;
import dev.presence.OnlinePage;
import dev.presence.StatusBatch;
import dev.presence.StoreStats;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Users who come, are forgotten and return, while others read: many with one hash code, so that they meet in the same places
 * of every table. Who stays was seen at a millisecond of their own, and so is told from everyone else.
 */
@Timeout(120)
final class ComingAndGoingTest {
    private static final int CHURNERS = 2;

    private final ManualClock clock = ManualClock.create();
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final AtomicBoolean done = new AtomicBoolean();
    private final List<String> twins = twins();
    private final List<String> staying = every(0);
    private final List<String> absent = every(1);

    @AfterEach
    void stop() {
        done.set(true);
        threads.shutdownNow();
    }

    /** 256 ids with one hash code, and as many with hash codes of their own. */
    private static List<String> twins() {
        List<String> all = List.of("");
        for (int i = 0; i < 8; i++) {
            List<String> longer = new ArrayList<>();
            all.forEach(start -> longer.addAll(List.of(start + "Aa", start + "BB")));
            all = longer;
        }
        List<String> ids = new ArrayList<>();
        all.forEach(twin -> ids.addAll(List.of(twin, "user-" + twin.hashCode() + "-" + ids.size())));
        return ids;
    }

    /** A quarter of the ids, twins and others. */
    private List<String> every(int quarter) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < twins.size(); i++) {
            if (i / 2 % 4 == quarter) {
                ids.add(twins.get(i));
            }
        }
        return ids;
    }

    private long stay(CaffeinePresenceStore store) {
        long start = clock.millis();
        for (String user : staying) {
            clock.advance(Duration.ofMillis(1));
            store.heartbeat(user, "", "n");
        }
        return start;
    }

    private static UserStatus status(CaffeinePresenceStore store, String user) {
        return store.statuses(List.of(user)).statuses().get(0);
    }

    /** Reads whoever stays or never came, alone and together, until all is done. */
    private Callable<Long> reader(CaffeinePresenceStore store, long start, long seed) {
        List<String> asked = new ArrayList<>(staying);
        asked.addAll(absent);
        return () -> {
            Random random = new Random(seed);
            long reads = 0;
            do {
                List<UserStatus> together = store.statuses(asked).statuses();
                int i = random.nextInt(asked.size());
                for (UserStatus status : List.of(together.get(i), status(store, asked.get(i)))) {
                    assertThat(status.user()).isEqualTo(asked.get(i));
                    assertThat(status.isOnline()).isEqualTo(i < staying.size());
                    assertThat(status.lastSeen().isPresent()).isEqualTo(i < staying.size());
                }
                for (int user = 0; user < staying.size(); user++) {
                    long seen = together.get(user).lastSeen().orElseThrow().toEpochMilli();
                    if (seen != start + 1 + user) {
                        throw new AssertionError(together.get(user) + " is someone else");
                    }
                }
                reads++;
            } while (!done.get());
            return reads;
        };
    }

    private void run(List<Callable<Long>> churners, List<Callable<Long>> readers)
            throws InterruptedException, ExecutionException {
        List<Future<Long>> reading = readers.stream().map(threads::submit).toList();
        List<Future<Long>> churning = churners.stream().map(threads::submit).toList();
        try {
            for (Future<Long> churner : churning) {
                churner.get();
            }
        } finally {
            done.set(true);
        }
        for (Future<Long> reader : reading) {
            assertThat(reader.get()).isPositive();
        }
    }

    @Test
    void whoeverBeatIsOnlineAndWhoeverWasForgottenIsNot() throws InterruptedException, ExecutionException {
        try (CaffeinePresenceStore store =
                CaffeinePresenceStore.builder().clock(clock).build()) {
            long start = stay(store);
            List<Callable<Long>> churners = new ArrayList<>();
            for (int thread = 0; thread < CHURNERS; thread++) {
                List<String> mine = every(2 + thread);
                churners.add(() -> {
                    for (int round = 0; round < 20; round++) {
                        for (String user : mine) {
                            store.heartbeat(user, "", "n");
                            assertThat(status(store, user).isOnline()).isTrue();
                        }
                        for (String user : mine) {
                            assertThat(status(store, user).isOnline()).isTrue();
                            store.forget(user, "n");
                            assertThat(status(store, user).lastSeen()).isEmpty();
                        }
                    }
                    return 0L;
                });
            }
            run(churners, List.of(reader(store, start, 1), reader(store, start, 2)));
            assertThat(store.stats()).isEqualTo(new StoreStats(staying.size(), 0, 0, 0));
            assertThat(store.online(OnlinePage.START, 1_000).users()).containsExactlyInAnyOrderElementsOf(staying);
        }
    }

    @Test
    void whoeverLeavesWithoutATraceComesBackInAnotherCell() throws InterruptedException, ExecutionException {
        long timeout = 10_000;
        try (CaffeinePresenceStore store = CaffeinePresenceStore.builder()
                .clock(clock)
                .retention(Duration.ZERO)
                .timeout(Duration.ofMillis(timeout))
                .build()) {
            long start = clock.millis();
            int ids = twins.size(); // the user of number n beats at a millisecond of remainder n
            Callable<Long> churner = () -> {
                for (int round = 0; round < 50; round++) {
                    List<String> coming = every(2 + round % 2);
                    for (String user : coming) {
                        long remainder = (clock.millis() - start) % ids;
                        clock.advance(Duration.ofMillis((twins.indexOf(user) + ids - remainder) % ids));
                        store.heartbeat(user, round % 3 == 0 ? "phone" : "", "n");
                        assertThat(status(store, user).isOnline()).isTrue();
                    }
                    for (String user : coming) {
                        assertThat(status(store, user).isOnline()).isTrue();
                    }
                    clock.advance(Duration.ofMillis(timeout + 1));
                    assertThat(store.expire(new SweepRequest("n", clock.millis(), 0, 0, 1_000))
                                    .claimed())
                            .isEqualTo(coming.size());
                    assertThat(store.knownUsers()).isZero();
                }
                return 0L;
            };
            Callable<Long> reader = () -> {
                long reads = 0;
                do {
                    StatusBatch batch = store.statuses(twins);
                    for (int i = 0; i < ids; i++) {
                        UserStatus status = batch.statuses().get(i);
                        assertThat(status.lastSeen().isPresent()).isEqualTo(status.isOnline());
                        if (status.isOnline()) {
                            long seen = status.lastSeen().orElseThrow().toEpochMilli();
                            assertThat((seen - start) % ids).isEqualTo(i);
                            assertThat(seen).isGreaterThanOrEqualTo(batch.nowMillis() - timeout);
                        }
                    }
                    reads++;
                } while (!done.get());
                return reads;
            };
            run(List.of(churner), List.of(reader, reader));
            assertThat(store.stats()).isEqualTo(new StoreStats(0, 0, 0, 0));
        }
    }

    @Test
    void whoeverIsEvictedReturnsInAnotherCell() throws InterruptedException, ExecutionException {
        List<List<String>> guests = List.of(every(2), every(3));
        try (CaffeinePresenceStore store = CaffeinePresenceStore.builder()
                .clock(clock)
                .maximumUsers(staying.size() + 2 * CHURNERS)
                .build()) {
            long start = stay(store);
            List<Callable<Long>> churners = new ArrayList<>();
            for (List<String> mine : guests) {
                churners.add(() -> {
                    for (int round = 0; round < 20; round++) {
                        for (String user : mine) {
                            store.heartbeat(user, "", "n");
                            assertThat(status(store, user).isOnline()).isTrue();
                            store.disconnectAll(user, "n");
                            assertThat(status(store, user).isOnline()).isFalse();
                        }
                    }
                    return 0L;
                });
            }
            run(churners, List.of(reader(store, start, 4), reader(store, start, 5)));
            StoreStats stats = store.stats();
            assertThat(stats.usersRefused()).isZero();
            assertThat(stats.onlineUsers()).isEqualTo(staying.size());
            assertThat(stats.usersEvicted()).isGreaterThan(1_000);
            assertThat(store.knownUsers()).isLessThanOrEqualTo(staying.size() + 2 * CHURNERS);
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
