package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.presence.ManualClock;
import dev.presence.OnlinePage;
import dev.presence.Presence;
import dev.presence.StoreReply;
import dev.presence.StoreStats;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a store does with strangers when it is full. */
final class MaximumUsersTest {
    private final ManualClock clock = ManualClock.create();
    private final CaffeinePresenceStore store = CaffeinePresenceStore.builder()
            .clock(clock)
            .retention(Duration.ofSeconds(60))
            .maximumUsers(3)
            .build();
    private final Logger logger = (Logger) LoggerFactory.getLogger(CaffeinePresenceStore.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(logged);
    }

    @AfterEach
    void close() {
        logger.detachAppender(logged);
        logger.setLevel(null);
        store.close();
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    private void beat(String... users) {
        for (String user : users) {
            store.heartbeat(user, "", "n");
        }
    }

    private UserStatus status(String user) {
        return store.statuses(List.of(user)).statuses().get(0);
    }

    private void sweep() {
        store.expire(new SweepRequest("n", clock.millis(), 0, 0, 100));
    }

    private void assertCounted(long online, long evicted, long refused) {
        assertThat(store.stats()).isEqualTo(new StoreStats(online, 0, evicted, refused));
    }

    private List<String> online() {
        return store.online(OnlinePage.START, 100).users();
    }

    @Test
    void aStoreTakesExactlyAsManyUsersAsItMay() {
        beat("ada", "bob", "cleo");
        assertCounted(3, 0, 0);
        assertThat(store.knownUsers()).isEqualTo(3);
        beat("dan");
        assertCounted(3, 0, 1);
        assertThat(store.knownUsers()).isEqualTo(3);
        assertThat(online()).containsExactly("ada", "bob", "cleo");
        assertThat(status("dan")).isEqualTo(UserStatus.of("dan", Presence.OFFLINE));
    }

    @Test
    void refusalsAreCountedAndLoggedOnce() {
        beat("ada", "bob", "cleo");
        assertThat(logged.list).isEmpty();
        beat("dan", "dan", "eve");
        assertCounted(3, 0, 3);
        assertThat(logged.list)
                .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                .containsExactly(
                        "ERROR All 3 users of the presence store are online; beats of further ones are refused");
    }

    @Test
    void oneWhoIsKnownIsNeverRefused() {
        beat("ada", "bob", "cleo");
        store.disconnect("ada", "", "n");
        pass(1);
        beat("ada", "bob");
        store.heartbeat("cleo", "phone", "n");
        assertCounted(3, 0, 0);
    }

    @Test
    void offlineUsersAreEvictedInTurn() {
        beat("ada", "bob", "cleo");
        store.disconnectAll("bob", "n");
        store.disconnectAll("cleo", "n");
        beat("dan");
        assertCounted(2, 1, 0);
        beat("eve");
        assertCounted(3, 2, 0);
        assertThat(status("bob").lastSeen()).isEmpty();
        assertThat(status("cleo").lastSeen()).isEmpty();
        beat("fay");
        assertCounted(3, 2, 1);
        assertThat(online()).containsExactlyInAnyOrder("ada", "dan", "eve");
        assertThat(logged.list).hasSize(1);
    }

    @Test
    void oneWhoWasEvictedMayReturn() {
        beat("ada", "bob", "cleo");
        store.disconnectAll("bob", "n");
        beat("dan");
        store.disconnectAll("ada", "n");
        pass(1);
        beat("bob");
        assertThat(status("bob").isOnline()).isTrue();
        assertThat(status("ada").lastSeen()).isEmpty();
        assertCounted(3, 2, 0);
        assertThat(store.knownUsers()).isEqualTo(3);
    }

    @Test
    void anEvictedUserIsForgottenOnceForAll() {
        beat("ada", "bob", "cleo");
        for (int i = 0; i < 20; i++) {
            store.disconnectAll(i % 2 == 0 ? "ada" : "dan", "n");
            pass(1);
            beat(i % 2 == 0 ? "dan" : "ada");
            assertThat(store.knownUsers()).isEqualTo(3);
            assertCounted(3, i + 1, 0);
        }
        pass(30_001);
        sweep();
        pass(40_000);
        sweep();
        assertThat(store.knownUsers()).isZero();
        beat("x", "y", "z");
        assertCounted(3, 20, 0);
    }

    @Test
    void whoIsPastRetentionMakesRoomWithoutAnEviction() {
        beat("ada");
        pass(30_001);
        sweep();
        beat("bob", "cleo");
        pass(29_999 - 1);
        beat("bob", "cleo");
        beat("dan"); // ada is known for one more millisecond
        assertCounted(3, 1, 0);
        store.disconnectAll("dan", "n");
        pass(30_000);
        beat("bob", "cleo");
        pass(30_000);
        beat("bob", "cleo");
        pass(1);
        beat("eve");
        assertCounted(3, 1, 0);
        assertThat(store.knownUsers()).isEqualTo(3);
    }

    @Test
    void whoIsPastRetentionMayReturnToAFullStore() {
        beat("ada");
        pass(30_001);
        sweep();
        beat("bob", "cleo");
        pass(30_000);
        assertThat(status("ada")).isEqualTo(UserStatus.of("ada", Presence.OFFLINE));
        beat("ada");
        assertCounted(3, 0, 0);
        assertThat(store.knownUsers()).isEqualTo(3);
        assertThat(online()).containsExactlyInAnyOrder("ada", "bob", "cleo");
    }

    @Test
    void endsOfStrangersCostNobodyAPlace() {
        beat("ada", "bob", "cleo");
        store.disconnectAll("cleo", "n");
        store.disconnect("dan", "", "n");
        store.disconnectAll("dan", "n");
        store.forget("dan", "n");
        assertThat(store.record(new WriteBatch(
                                "m",
                                clock.millis(),
                                List.of(Write.end("eve", "", 0), Write.endAll("fay", 0), Write.forget("gus"))))
                        .verdict())
                .isEqualTo(StoreReply.Verdict.DONE);
        assertCounted(2, 0, 0);
        assertThat(status("cleo").lastSeen()).isPresent();
        assertThat(store.knownUsers()).isEqualTo(3);
    }

    @Test
    void endsOfStrangersTakeAFreePlaceForOneTimeout() {
        beat("ada", "bob");
        store.disconnect("dan", "", "n");
        assertThat(store.knownUsers()).isEqualTo(3);
        assertThat(status("dan")).isEqualTo(UserStatus.of("dan", Presence.OFFLINE));
        store.record(new WriteBatch("m", clock.millis(), List.of(Write.beat("dan", "", 0))));
        assertThat(status("dan").isOnline()).isFalse();
        assertThat(status("dan").lastSeen()).isPresent();
    }

    @Test
    void aBatchThatBeatsTakesThePlaceOfAnOfflineUser() {
        beat("ada", "bob", "cleo");
        store.disconnectAll("cleo", "n");
        store.record(new WriteBatch(
                "m",
                clock.millis(),
                List.of(Write.end("dan", "", 5), Write.beat("dan", "", 0), Write.end("eve", "", 0))));
        assertCounted(3, 1, 0);
        assertThat(online()).containsExactlyInAnyOrder("ada", "bob", "dan");
        store.record(new WriteBatch("m", clock.millis(), List.of(Write.beat("eve", "", 0), Write.beat("ada", "", 0))));
        assertCounted(3, 1, 1);
    }

    @Test
    void aForgottenUserKeepsThePlaceForTheMarkAndLeavesItToABeat() {
        beat("ada", "bob", "cleo");
        store.forget("ada", "n");
        assertThat(store.knownUsers()).isEqualTo(3);
        beat("dan");
        assertCounted(3, 1, 0);
        assertThat(store.knownUsers()).isEqualTo(3);
    }

    @Test
    void withoutRetentionAPlaceIsFreeWhenTheMarkHasServedItsTime() {
        try (CaffeinePresenceStore small = CaffeinePresenceStore.builder()
                .clock(clock)
                .retention(Duration.ZERO)
                .maximumUsers(1)
                .build()) {
            small.heartbeat("ada", "", "n");
            pass(30_001);
            small.expire(new SweepRequest("n", clock.millis(), 0, 0, 100));
            assertThat(small.knownUsers()).isZero();
            small.heartbeat("bob", "", "n");
            small.disconnect("bob", "", "n");
            assertThat(small.knownUsers()).isEqualTo(1);
            pass(30_000);
            small.disconnect("cleo", "", "n");
            assertThat(small.knownUsers()).isEqualTo(1);
            pass(1);
            small.heartbeat("dan", "", "n");
            assertThat(small.stats()).isEqualTo(new StoreStats(1, 0, 0, 0));
            assertThat(small.knownUsers()).isEqualTo(1);
        }
    }

    @Test
    void theBoundHoldsWhenUsersReturnWhileTheyAreEvicted() throws Exception {
        int threads = 3;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        for (int round = 0; round < 1_500; round++) {
            List<Callable<Object>> work = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Random random = new Random(round * threads + thread);
                work.add(() -> {
                    for (int i = 0; i < 200; i++) {
                        String user = "user" + random.nextInt(4);
                        if (random.nextBoolean()) {
                            store.heartbeat(user, "", "n");
                        } else {
                            store.disconnectAll(user, "n");
                        }
                    }
                    return true;
                });
            }
            for (Future<Object> done : pool.invokeAll(work)) {
                done.get();
            }
            assertThat(store.knownUsers()).isLessThanOrEqualTo(3);
        }
        pool.shutdown();
    }
}
