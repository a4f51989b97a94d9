package dev.presence.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisReplicasIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void replicasGetWhatThePrimaryIsGiven() {
        try (RedisReplicas servers = RedisReplicas.start(2)) {
            servers.primary().call("SET", "k", "v");

            assertThat(servers.replicas())
                    .hasSize(2)
                    .allSatisfy(replica -> await().atMost(LIMIT)
                            .untilAsserted(
                                    () -> assertThat(replica.text("GET", "k")).isEqualTo("v")));
        }
    }

    @Test
    void restartedReplicaIsInStepAgain() {
        try (RedisReplicas servers = RedisReplicas.start(1, "--requirepass", "secret", "--masterauth", "secret")) {
            RedisServer replica = servers.replicas().get(0);
            replica.kill();
            servers.primary().call("SET", "k", "v");

            replica.restart();
            servers.awaitOnline();

            assertThat(replica.text("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void restartedReplicaHasNothingWithoutItsPrimary() {
        try (RedisServer primary = RedisServer.start("--repl-diskless-sync-delay", "0")) {
            primary.call("SET", "k", "v");
            // Receives the key as part of the whole data, which goes through a file.
            try (RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", "" + primary.port())) {
                await().atMost(LIMIT).until(() -> "v".equals(replica.call("GET", "k")));
                primary.kill();

                replica.restart();

                assertThat(replica.call("DBSIZE")).isEqualTo(0L);
            }
        }
    }

    @Test
    void groupWithoutReplicaIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RedisReplicas.start(0));
    }
}
