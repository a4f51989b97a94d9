package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.presence.HeartbeatTracker;
import dev.presence.UserStatus;
import dev.presence.servers.RedisCluster;
import dev.presence.servers.RedisReplicas;
import dev.presence.servers.RedisServer;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Statuses that are read from replicas: what one answers that is in step, behind, or gone. */
class ReplicaReadsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration SWEEP = Duration.ofMillis(500);

    private static RedisPresenceStore store(RedisServer server, ReadFrom readFrom) {
        return RedisPresenceStore.builder(server.uri())
                .timeout(TIMEOUT)
                .commandTimeout(Duration.ofMillis(500))
                .readFrom(readFrom)
                .build();
    }

    private static HeartbeatTracker tracker(RedisPresenceStore store) {
        return HeartbeatTracker.builder(store).sweepInterval(SWEEP).build();
    }

    private static UserStatus status(RedisPresenceStore store, String user) {
        return store.statuses(List.of(user)).statuses().get(0);
    }

    private static long hgets(RedisServer server) {
        return String.valueOf(server.call("INFO", "commandstats"))
                .lines()
                .filter(line -> line.startsWith("cmdstat_hget:"))
                .mapToLong(line -> Long.parseLong(line.replaceFirst("cmdstat_hget:calls=(\\d+),.*", "$1")))
                .sum();
    }

    @Test
    void replicaInStepAnswersAsThePrimaryWouldAndSparesIt() {
        try (RedisReplicas redis = RedisReplicas.start(1);
                RedisPresenceStore store = store(redis.primary(), ReadFrom.REPLICA);
                HeartbeatTracker tracker = tracker(store)) {
            tracker.heartbeat("ada");
            tracker.flush();
            await().until(() -> status(store, "ada").isOnline());
            long asked = hgets(redis.replicas().get(0));
            redis.primary().call("CONFIG", "RESETSTAT");
            for (int i = 0; i < 100; i++) {
                assertThat(status(store, "ada").isStale()).isFalse();
            }
            assertThat(status(store, "ada").age().orElseThrow()).isBetween(Duration.ZERO, Duration.ofSeconds(5));
            assertThat(status(store, "nobody").lastSeen()).isEmpty();
            assertThat(hgets(redis.replicas().get(0)) - asked).isEqualTo(102);
        }
    }

    @Test
    void replicaThatIsCutOffAnswersAsOfThenAndIsPassedOverAfterThreeSweeps() {
        try (RedisReplicas redis = RedisReplicas.start(1);
                RedisPresenceStore store = store(redis.primary(), ReadFrom.REPLICA);
                RedisPresenceStore primary = store(redis.primary(), ReadFrom.UPSTREAM);
                HeartbeatTracker tracker = tracker(store)) {
            tracker.heartbeat("ada");
            tracker.flush();
            await().until(() -> status(store, "ada").isOnline());
            RedisServer replica = redis.replicas().get(0);
            replica.call("REPLICAOF", "NO", "ONE");
            long cut = System.nanoTime();
            tracker.disconnect("ada");
            tracker.flush();
            assertThat(status(primary, "ada").isOnline()).isFalse();
            assertThat(status(store, "ada").isOnline()).isTrue(); // what it was when the replica was cut off
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> !status(store, "ada").isOnline());
            Duration behind = Duration.ofNanos(System.nanoTime() - cut);
            assertThat(behind).isBetween(SWEEP, SWEEP.multipliedBy(3).plusMillis(700));
            replica.kill();
            assertThat(status(store, "ada").isOnline()).isFalse();
        }
    }

    @Test
    void replicasOfAClusterAnswerToo() {
        try (RedisCluster cluster = RedisCluster.start();
                RedisPresenceStore store = store(cluster.nodes().get(0), ReadFrom.ANY_REPLICA);
                HeartbeatTracker tracker = tracker(store)) {
            List<String> users = List.of("ada", "bob", "cy", "dan", "eve", "fay", "gus", "hal");
            users.forEach(tracker::heartbeat);
            tracker.flush();
            await().until(() -> store.statuses(users).statuses().stream()
                    .allMatch(status -> status.isOnline() && !status.isStale()));
            await().untilAsserted(
                            () -> { // as soon as the client knows all replicas
                                cluster.nodes().forEach(node -> node.call("CONFIG", "RESETSTAT"));
                                store.statuses(users);
                                long asked = cluster.nodes().stream()
                                        .filter(node -> String.valueOf(node.call("ROLE"))
                                                .contains("slave"))
                                        .mapToLong(ReplicaReadsIT::hgets)
                                        .sum();
                                assertThat(asked).isEqualTo(users.size());
                            });
        }
    }

    @Test
    void clientOfTheHostHasNoUriToFindReplicasBy() {
        RedisClient client = RedisClient.create();
        try {
            assertThatThrownBy(() -> RedisPresenceStore.builder(client)
                            .readFrom(ReadFrom.REPLICA)
                            .build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("readFrom");
        } finally {
            client.shutdown();
        }
    }
}
