package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.Presence;
import dev.presence.servers.RedisServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that has used up the memory it may use. */
class MemoryFaultsIT extends Faults {
    @Test
    void serverThatRefusesForLackOfMemoryIsSaidSoAndGetsTheBeatsLater() {
        RedisServer server = opened(RedisServer.start());
        Node node = node(server.uri());
        beatOn(node, USERS);
        node.tracker.heartbeat("silent");
        node.tracker.flush();

        server.call("CONFIG", "SET", "maxmemory", "1");
        awaitOutage(node);
        assertThat(node.problem()).contains("OOM").contains("maxmemory");
        outlastTheTimeout();
        assertThat(node.tracker.status("user1").isOnline())
                .as("reads go on, own beats in sight")
                .isTrue();
        assertNobodyWentOffline(node); // claims write, so they stop too

        server.call("CONFIG", "SET", "maxmemory", "0");
        awaitRecovery(node, USERS);
        await().atMost(TIMEOUT.plusSeconds(3))
                .until(() -> !node.heard(Presence.OFFLINE).isEmpty());
        letPass(TIMEOUT.dividedBy(4));
        assertHeardOnce(Presence.OFFLINE, node, List.of("silent"));
        assertThat(node.tracker.onlineCount()).isEqualTo(USERS.size());
        assertThat(log.warnings()).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "allkeys-lfu", "allkeys-random"})
    void policyThatMayEvictUsersIsWarnedAboutOnce(String policy) {
        RedisServer server = opened(RedisServer.start("--maxmemory", "100mb", "--maxmemory-policy", policy));
        opened(builder(server.uri()).build());
        assertThat(log.warnings()).singleElement().asString().contains(policy).contains("noeviction");
    }

    /** No key of ours has a time to live, so these policies leave them alone. */
    @ParameterizedTest
    @ValueSource(strings = {"noeviction", "volatile-lru", "volatile-ttl"})
    void policyThatLeavesUsersAloneIsNot(String policy) {
        RedisServer server = opened(RedisServer.start("--maxmemory", "100mb", "--maxmemory-policy", policy));
        Node node = node(server.uri());
        node.tracker.heartbeat("ada");
        node.tracker.flush();
        assertThat(log.warnings()).isEmpty();
    }
}
