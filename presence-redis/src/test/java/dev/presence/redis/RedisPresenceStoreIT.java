package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.presence.FeedPosition;
import dev.presence.HeartbeatTracker;
import dev.presence.Presence;
import dev.presence.PresenceStoreException;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.StoreSettings;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import dev.presence.TrackerHealth;
import dev.presence.Transition;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import dev.presence.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One Redis by its own clock, and what may happen to it. */
class RedisPresenceStoreIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final RedisServer server = opened(RedisServer.start());

    private <T extends AutoCloseable> T opened(T it) {
        opened.add(0, it);
        return it;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable it : opened) {
            it.close();
        }
    }

    private RedisPresenceStoreBuilder builder() {
        return RedisPresenceStore.builder(server.uri()).timeout(TIMEOUT).commandTimeout(Duration.ofMillis(500));
    }

    private RedisPresenceStore store() {
        return opened(builder().build());
    }

    private HeartbeatTracker tracker(RedisPresenceStore store) {
        return opened(HeartbeatTracker.create(store));
    }

    private StatefulRedisConnection<String, String> client() {
        RedisClient client = RedisClient.create(server.uri());
        opened(client::shutdown);
        return client.connect();
    }

    private static boolean isOnline(HeartbeatTracker tracker, String user) {
        return tracker.status(user).isOnline();
    }

    @Test
    void nodesSeeEachOthersUsersComeGoAndLapse() {
        HeartbeatTracker one = tracker(store());
        HeartbeatTracker other = tracker(store());
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        opened(other.addListener(transition -> heard.add(transition.user() + " " + transition.presence())));
        one.heartbeat("ada");
        one.heartbeat("bob");
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(heard).contains("ada ONLINE", "bob ONLINE"));
        assertThat(isOnline(other, "ada")).isTrue();
        one.disconnect("bob");
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(heard).contains("bob OFFLINE"));
        await().atMost(TIMEOUT.plusSeconds(2))
                .untilAsserted(() -> assertThat(heard).contains("ada OFFLINE"));
        assertThat(heard).hasSize(4);
        UserStatus ada = other.status("ada");
        assertThat(ada.isOnline()).isFalse();
        assertThat(ada.age().orElseThrow()).isGreaterThan(TIMEOUT);
    }

    @Test
    void oneNodeOnlyIsToldThatATransitionWasClaimedThere() {
        HeartbeatTracker one = tracker(store());
        HeartbeatTracker other = tracker(store());
        Queue<Transition> heard = new ConcurrentLinkedQueue<>();
        opened(one.addListener(heard::add));
        opened(other.addListener(heard::add));
        for (int i = 0; i < 100; i++) {
            one.heartbeat("user" + i);
        }
        await().atMost(TIMEOUT.plusSeconds(4))
                .untilAsserted(() -> assertThat(heard).hasSize(400));
        assertThat(heard.stream().filter(it -> it.origin() == Transition.Origin.HERE))
                .hasSize(200);
    }

    @Test
    void serverThatWasKilledAndReturnsEmptyHasEverybodyBackWithTheNextBeat() {
        HeartbeatTracker tracker = tracker(store());
        tracker.heartbeat("ada");
        tracker.flush();
        server.kill();
        tracker.heartbeat("bob");
        assertThatThrownBy(() -> tracker.status("ada")).isInstanceOf(PresenceStoreUnavailableException.class);
        await().untilAsserted(
                        () -> assertThat(tracker.health().state()).isEqualTo(TrackerHealth.State.STORE_UNAVAILABLE));
        server.restart();
        await().atMost(Duration.ofSeconds(4)).ignoreExceptions().until(() -> isOnline(tracker, "bob"));
        tracker.heartbeat("ada");
        tracker.flush();
        assertThat(isOnline(tracker, "ada")).isTrue();
        assertThat(tracker.onlineCount()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(tracker.health().state()).isEqualTo(TrackerHealth.State.UP));
    }

    @Test
    void pausedServerClaimsNobodyWhoBeatMeanwhile() {
        HeartbeatTracker tracker = tracker(store());
        Queue<Transition> heard = new ConcurrentLinkedQueue<>();
        opened(tracker.addListener(heard::add));
        tracker.heartbeat("ada");
        tracker.flush();
        await().untilAsserted(() -> assertThat(heard).hasSize(1));
        server.pause();
        long end = System.nanoTime() + TIMEOUT.plusSeconds(1).toNanos();
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    tracker.heartbeat("ada");
                    return System.nanoTime() > end;
                });
        server.resume();
        await().atMost(Duration.ofSeconds(4)).ignoreExceptions().until(() -> {
            tracker.heartbeat("ada");
            return isOnline(tracker, "ada") && !tracker.status("ada").isStale();
        });
        assertThat(heard).extracting(Transition::presence).containsExactly(Presence.ONLINE);
    }

    @Test
    void flushedServerIsFilledAnew() {
        RedisPresenceStore store = store();
        HeartbeatTracker tracker = tracker(store);
        tracker.heartbeat("ada");
        tracker.flush();
        client().sync().flushall();
        tracker.heartbeat("ada");
        tracker.flush();
        assertThat(isOnline(tracker, "ada")).isTrue();
        RedisPresenceStore later = store();
        assertThat(later.statuses(List.of("ada")).statuses().get(0).isOnline()).isTrue();
    }

    @Test
    void forgottenScriptsAreSentAgain() {
        RedisPresenceStore store = store();
        long now = store.statuses(List.of()).nowMillis();
        store.record(new WriteBatch("n", now, List.of(Write.beat("ada", "", 0))));
        client().sync().scriptFlush();
        now = store.statuses(List.of()).nowMillis();
        store.record(new WriteBatch("n", now, List.of(Write.beat("bob", "", 0))));
        assertThat(store.stats().onlineUsers()).isEqualTo(2);
    }

    @Test
    void nobodyIsClaimedWhileABeatMayWaitInTheSlowestBufferWhoeverHasTheTurn() {
        RedisPresenceStore store = store();
        assertThat(sweep(store, "prompt", 100).claimed()).isZero(); // and has the turn now
        long beaten = store.statuses(List.of()).nowMillis();
        store.record(new WriteBatch("slow", beaten, List.of(Write.beat("ada", "", 0))));
        SweepReply reply = await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> {
                            SweepReply slow = sweep(store, "slow", 750);
                            return slow.claimed() > 0 ? slow : sweep(store, "prompt", 100);
                        },
                        swept -> swept.claimed() > 0);
        assertThat(reply.nowMillis() - beaten).isGreaterThan(TIMEOUT.toMillis() + 750);
    }

    private static SweepReply sweep(RedisPresenceStore store, String node, long flushMillis) {
        long now = store.statuses(List.of()).nowMillis();
        return store.expire(new SweepRequest(node, now, 1_000, flushMillis, 10));
    }

    @Test
    void settingsThatDifferAreRefusedWithBothAndNewerOnesAreAdopted() {
        RedisPresenceStore store = store();
        StoreSettings other = store.settings().withTimeout(Duration.ofSeconds(5));
        assertThatThrownBy(() -> builder().settings(other).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT3S")
                .hasMessageContaining("PT5S");
        opened(builder().settings(other.withVersion(2)).build());
        HeartbeatTracker tracker = tracker(store);
        for (int i = 0; i < 500; i++) { // some group meets the newer version
            tracker.heartbeat("user" + i);
        }
        tracker.flush();
        RedisPresenceStore third =
                opened(builder().settings(other.withVersion(2)).build());
        third.expire(new SweepRequest("n", third.statuses(List.of()).nowMillis(), 1_000, 0, 10));
        tracker.heartbeat("ada");
        tracker.flush();
        assertThat(store.settings().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThatThrownBy(() -> builder().build()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anotherLayoutVersionIsRefused() {
        store();
        client().sync().hset("presence:settings", "layout", "99");
        assertThatThrownBy(this::store)
                .isInstanceOf(PresenceStoreException.class)
                .hasMessageContaining("layout version 99")
                .hasMessageContaining("presence");
    }

    @Test
    void unreachableServerIsSaidClearlyAndWithoutThePassword() {
        server.kill();
        String uri = server.uri().replace("redis://", "redis://ada:sesame@");
        assertThatThrownBy(() -> RedisPresenceStore.create(uri))
                .isInstanceOf(PresenceStoreUnavailableException.class)
                .hasMessageContaining("127.0.0.1")
                .message()
                .doesNotContain("sesame");
    }

    @Test
    void passwordIsNotInTheMessageAboutABadUri() {
        assertThatThrownBy(() -> RedisPresenceStore.builder("redis://ada:se same@localhost"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageNotContaining("same@");
    }

    @Test
    void manyTransitionsOfOneGroupAreAllInTheFeed() {
        RedisPresenceStore store = opened(builder()
                .keyPrefix("many")
                .groups(1)
                .commandTimeout(Duration.ofSeconds(5))
                .build());
        FeedPosition position = store.feed(FeedPosition.END, 1).next();
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            writes.add(Write.beat("user" + i, "", 0));
        }
        store.record(new WriteBatch("n", store.statuses(List.of()).nowMillis(), writes));
        assertThat(store.stats().onlineUsers()).isEqualTo(1_000);
        assertThat(store.feed(position, 10_000).entries()).hasSize(1_000);
    }

    @Test
    void aUserTakesAtMost25Bytes() {
        RedisPresenceStore store = opened(builder()
                .commandTimeout(Duration.ofSeconds(5))
                .expectedUsers(100_000)
                .timeout(Duration.ofMinutes(10))
                .build());
        StatefulRedisConnection<String, String> client = client();
        int users = 100_000;
        long before = usedMemory(client);
        for (int from = 0; from < users; from += 1_000) {
            List<Write> writes = new ArrayList<>();
            for (int i = from; i < from + 1_000; i++) {
                writes.add(Write.beat(Integer.toString(10_000_000 + i), "", 0));
            }
            store.record(new WriteBatch("n", store.statuses(List.of()).nowMillis(), writes));
        }
        assertThat(store.stats().onlineUsers()).isEqualTo(users);
        client.sync().keys("*:{*}l").forEach(client.sync()::del); // the feed is as long for any number of users
        double perUser = (double) (usedMemory(client) - before) / users;
        assertThat(perUser).isLessThan(25.0);
    }

    private static long usedMemory(StatefulRedisConnection<String, String> client) {
        return client.sync()
                .info("memory")
                .lines()
                .filter(line -> line.startsWith("used_memory_dataset:"))
                .mapToLong(line -> Long.parseLong(line.split(":", 2)[1].trim()))
                .sum();
    }

    @Test
    void aRosterIsOneCommandPerUserAndTwoMore() {
        RedisPresenceStore store = store();
        StatefulRedisConnection<String, String> client = client();
        List<String> roster = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
        store.statuses(roster); // the script is known from now on
        client.sync().configResetstat();
        store.statuses(roster);
        assertThat(calls(client, "hget")).isEqualTo(10);
        assertThat(calls(client, "hmget")).isEqualTo(1);
        assertThat(calls(client, "time")).isEqualTo(1);
        assertThat(calls(client, "evalsha")).isZero();
    }

    @Test
    void aWarmBeatIsOneLookAndOneSet() {
        RedisPresenceStore store = store();
        StatefulRedisConnection<String, String> client = client();
        beat(store, "ada");
        beat(store, "ada");
        client.sync().configResetstat();
        beat(store, "ada");
        assertThat(calls(client, "hget")).isEqualTo(1);
        assertThat(calls(client, "evalsha")).isEqualTo(1);
        assertThat(store.feed(FeedPosition.END, 1).entries()).isEmpty();
    }

    private static void beat(RedisPresenceStore store, String user) {
        long now = store.statuses(List.of()).nowMillis();
        store.record(new WriteBatch("n", now, List.of(Write.beat(user, "", 0))));
    }

    private static long calls(StatefulRedisConnection<String, String> client, String command) {
        return client.sync()
                .info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceFirst("cmdstat_\\w+:calls=(\\d+),.*", "$1")))
                .sum();
    }
}
