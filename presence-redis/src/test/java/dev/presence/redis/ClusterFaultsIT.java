package dev.presence.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.HeartbeatTracker;
import dev.presence.Presence;
import dev.presence.Transition;
import dev.presence.UserStatus;
import dev.presence.servers.RedisCluster;
import dev.presence.servers.RedisServer;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What may happen to a cluster while users beat. */
class ClusterFaultsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(12);
    private static final List<String> USERS =
            IntStream.range(0, 300).mapToObj(i -> "user" + i).toList();

    private final RedisCluster cluster = RedisCluster.start();
    private final RedisPresenceStore store = RedisPresenceStore.builder(
                    cluster.uris().get(0))
            .timeout(TIMEOUT)
            .commandTimeout(Duration.ofMillis(500))
            .build();
    private final HeartbeatTracker tracker = HeartbeatTracker.create(store);
    private final Queue<Transition> heard = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService clients = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void close() {
        clients.shutdownNow();
        tracker.close();
        store.close();
        cluster.close();
    }

    private void beatOn() {
        var unused = tracker.addListener(heard::add);
        var beats = clients.scheduleAtFixedRate(() -> USERS.forEach(tracker::heartbeat), 0, 200, TimeUnit.MILLISECONDS);
        await().atMost(Duration.ofSeconds(5)).until(() -> heard.size() == USERS.size());
        assertThat(beats.isDone()).isFalse();
    }

    private boolean isEverybodyFreshlyOnline() {
        return tracker.statuses(USERS).statuses().stream().allMatch(ClusterFaultsIT::isFresh);
    }

    private static boolean isFresh(UserStatus status) {
        return status.isOnline()
                && !status.isStale()
                && status.age().orElseThrow().toMillis() < 1_500;
    }

    @Test
    void masterThatDiesIsReplacedAndNobodyGoesOffline() {
        beatOn();
        cluster.killMasterOf(8_000);
        await().pollDelay(Duration.ofSeconds(1))
                .atMost(TIMEOUT.plusSeconds(20))
                .ignoreExceptions()
                .until(this::isEverybodyFreshlyOnline);
        assertThat(heard).noneMatch(transition -> transition.presence() == Presence.OFFLINE);
        assertThat(tracker.onlineCount()).isEqualTo(USERS.size());
    }

    @Test
    void slotsThatMoveUnderLoadLoseNobody() {
        beatOn();
        int slot = SlotHash.getSlot(tagged());
        RedisServer from = cluster.masterOf(slot);
        RedisServer to = cluster.nodes().stream()
                .filter(node -> IntStream.of(0, 8_192, 16_383).anyMatch(other -> cluster.masterOf(other) == node))
                .filter(node -> node != from)
                .findFirst()
                .orElseThrow();
        cluster.migrateSlot(slot, from, to);
        assertThat(cluster.masterOf(slot)).isSameAs(to);
        await().pollDelay(Duration.ofSeconds(1))
                .atMost(TIMEOUT.plusSeconds(5))
                .ignoreExceptions()
                .until(this::isEverybodyFreshlyOnline);
        assertThat(heard).noneMatch(transition -> transition.presence() == Presence.OFFLINE);
        assertThat(tracker.onlineCount()).isEqualTo(USERS.size());
    }

    /** A slot that is in use: that of the first group. */
    private static byte[] tagged() {
        return new Layout("presence", 128, new Layout.Spread(0, 128, 0), "0123456789abcdef".getBytes(UTF_8)).meta(0);
    }
}
