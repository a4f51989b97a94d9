package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.presence.PresenceStoreUnavailableException;
import dev.presence.servers.RedisReplicas;
import dev.presence.servers.RedisSentinels;
import dev.presence.servers.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Servers that change their roles. */
class FailoverFaultsIT extends Faults {
    private static final Duration FAILOVER = Duration.ofSeconds(20);

    @Test
    void replicaThatSentinelPromotesGetsTheBeats() {
        RedisSentinels servers = opened(RedisSentinels.start());
        Node node = node(servers.uri());
        Node other = node(servers.uri());
        beatOn(node, USERS);
        RedisServer first = servers.primary();

        first.kill();
        awaitOutage(node);
        await().atMost(FAILOVER).until(() -> servers.primary() != first && isPrimary(servers.primary()));

        awaitRecovery(node, USERS);
        await().atMost(RECOVERY).ignoreExceptions().until(() -> other.seesFresh(USERS));
        letPass(TIMEOUT); // so that a sweep would claim who is forgotten
        assertNobodyWentOffline(node, other);
        assertThat(node.tracker.onlineCount()).isEqualTo(USERS.size());
        assertThat(log.warnings()).hasSizeLessThanOrEqualTo(8);
    }

    /** It keeps its connections, so only its silence tells that it is time to ask Sentinel again. */
    @Test
    void primaryThatHangsIsLeftForTheOneThatSentinelPromotes() {
        RedisSentinels servers = opened(RedisSentinels.start());
        Node node = node(servers.uri());
        beatOn(node, USERS);
        RedisServer first = servers.primary();

        first.pause();
        awaitOutage(node);
        await().atMost(FAILOVER).until(() -> servers.primary() != first && isPrimary(servers.primary()));

        // An attempt to connect to the one that hangs may have to time out first, which takes two seconds.
        awaitRecovery(RECOVERY.plusSeconds(2), node, USERS);
        first.resume();
        letPass(TIMEOUT);
        assertThat(node.seesFresh(USERS)).isTrue();
        assertNobodyWentOffline(node);
    }

    @Test
    void demotedServerKeepsTheBeatsWaitingUntilItIsPromotedAgain() {
        RedisServer server = opened(RedisServer.start());
        Node node = node(server.uri());
        beatOn(node, USERS);

        server.call("REPLICAOF", "127.0.0.1", "1"); // where nobody is
        awaitOutage(node);
        assertThat(node.problem()).contains("READONLY");
        outlastTheTimeout();

        server.call("REPLICAOF", "NO", "ONE");
        awaitRecovery(node, USERS);
        assertNobodyWentOffline(node);
        assertThat(log.warnings()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void replicaAtTheUriIsRefused() {
        RedisReplicas servers = opened(RedisReplicas.start(1));
        String uri = servers.replicas().get(0).uri();
        assertThatThrownBy(() -> builder(uri).build())
                .isInstanceOf(PresenceStoreUnavailableException.class)
                .hasMessageContaining("READONLY");
        Node node = node(servers.primary().uri());
        beatOn(node, USERS);
        servers.awaitOnline();
        assertThatThrownBy(() -> builder(uri).build())
                .as("also where the replica has the settings already")
                .isInstanceOf(PresenceStoreUnavailableException.class)
                .hasMessageContaining("READONLY");
    }

    private static boolean isPrimary(RedisServer server) {
        return String.valueOf(server.call("ROLE")).contains("master");
    }
}
