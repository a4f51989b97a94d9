package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.Counter;
import dev.presence.HeartbeatTrackerBuilder;
import dev.presence.Presence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/** What tests of faults share: nodes, clients who beat on, and what always has to hold. */
abstract class Faults {
    static final Duration TIMEOUT = Duration.ofSeconds(4);
    static final Duration COMMAND_TIMEOUT = Duration.ofMillis(400);

    /** By when a beat is recorded once nothing is in the way any more. */
    static final Duration RECOVERY = Duration.ofSeconds(2);

    static final List<String> USERS =
            IntStream.range(0, 100).mapToObj(i -> "user" + i).toList();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ScheduledExecutorService clients = Executors.newSingleThreadScheduledExecutor();
    final LogLines log = opened(new LogLines());

    final <T extends AutoCloseable> T opened(T it) {
        opened.add(0, it);
        return it;
    }

    @AfterEach
    void close() throws Exception {
        clients.shutdownNow();
        for (AutoCloseable it : opened) {
            it.close();
        }
    }

    static RedisPresenceStoreBuilder builder(String uri) {
        return settings(RedisPresenceStore.builder(uri));
    }

    static RedisPresenceStoreBuilder settings(RedisPresenceStoreBuilder builder) {
        return builder.timeout(TIMEOUT).commandTimeout(COMMAND_TIMEOUT).expectedUsers(1_000);
    }

    final Node node(String uri) {
        return node(builder(uri));
    }

    final Node node(RedisPresenceStoreBuilder builder) {
        return node(builder, UnaryOperator.identity());
    }

    final Node node(RedisPresenceStoreBuilder builder, UnaryOperator<HeartbeatTrackerBuilder> settings) {
        return opened(Node.of(builder.build(), settings));
    }

    /** From now on the users beat on a node, several times a second. Returns when all are online and announced. */
    final void beatOn(Node node, List<String> users) {
        var unused = clients.scheduleAtFixedRate(
                () -> users.forEach(node.tracker::heartbeat), 0, 150, TimeUnit.MILLISECONDS);
        await().atMost(PATIENCE).until(() -> node.heard(Presence.ONLINE).containsAll(users) && node.seesFresh(users));
    }

    static void awaitOutage(Node node) {
        await().atMost(PATIENCE).until(() -> !node.isUp());
    }

    /** Lets an outage last for longer than the timeout, so that only what was kept in memory proves who is alive. */
    static void outlastTheTimeout() {
        letPass(TIMEOUT.plusMillis(500));
    }

    static void letPass(Duration time) {
        long start = System.nanoTime();
        await().atMost(time.plusSeconds(5)).until(() -> System.nanoTime() - start > time.toNanos());
    }

    /** To be called when the fault has just ended: a beat is recorded soon, and everything is as ever after. */
    static void awaitRecovery(Node node, List<String> users) {
        awaitRecovery(RECOVERY, node, users);
    }

    static void awaitRecovery(Duration within, Node node, List<String> users) {
        long before = node.tracker.stats().count(Counter.WRITES_RECORDED);
        await("first beat recorded")
                .atMost(within)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> node.count(Counter.WRITES_RECORDED) > before);
        await("everybody seen, all well")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> node.seesFresh(users) && node.isUp());
    }

    static void assertNobodyWentOffline(Node... nodes) {
        for (Node node : nodes) {
            assertThat(node.heard(Presence.OFFLINE)).isEmpty();
        }
    }

    /** R6: per user online and offline alternate, and nothing is heard twice. */
    static void assertHeardOnce(Presence presence, Node node, List<String> users) {
        assertThat(node.heard(presence)).containsExactlyInAnyOrderElementsOf(users);
    }
}
