package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.Presence;
import dev.presence.UserStatus;
import dev.presence.servers.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is killed as by kill -9, and comes back. */
class RestartFaultsIT extends Faults {
    @ParameterizedTest
    @ValueSource(strings = {"always", "everysec"})
    void appendOnlyFileKeepsLastSeenAndWhoIsOnline(String fsync) {
        RedisServer server = opened(RedisServer.start("--appendonly", "yes", "--appendfsync", fsync));
        Node node = node(server.uri());
        beatOn(node, USERS);
        node.tracker.heartbeat("left");
        node.tracker.heartbeat("silent");
        node.tracker.flush();
        node.tracker.disconnect("left");
        node.tracker.flush();
        UserStatus left = node.tracker.status("left");
        assertThat(left.lastSeen()).isPresent();
        letPass(Duration.ofMillis(1_200)); // what "everysec" may lose is older than that

        server.kill();
        awaitOutage(node);
        server.restart();

        awaitRecovery(node, USERS);
        assertThat(node.tracker.status("left").lastSeen()).isEqualTo(left.lastSeen());
        assertThat(node.tracker.onlineCount()).isEqualTo(USERS.size() + 1);
        await("silent user lapses after the quiet period")
                .atMost(TIMEOUT.multipliedBy(2).plusSeconds(2))
                .until(() -> !node.tracker.status("silent").isOnline()
                        && node.heard(Presence.OFFLINE).contains("silent"));
        assertHeardOnce(Presence.OFFLINE, node, List.of("left", "silent"));
        assertThat(node.heard(Presence.ONLINE)).doesNotHaveDuplicates();
    }

    @Test
    void emptyServerIsFilledByTheBeatsThatWaitedAndNobodyGoesOffline() {
        RedisServer server = opened(RedisServer.start());
        Node node = node(server.uri());
        beatOn(node, USERS);

        server.kill();
        awaitOutage(node);
        outlastTheTimeout();
        server.restart();

        awaitRecovery(node, USERS);
        letPass(TIMEOUT); // so that a sweep would claim who is forgotten
        assertNobodyWentOffline(node);
        assertThat(node.heard(Presence.ONLINE)).doesNotHaveDuplicates();
        assertThat(log.warnings()).hasSizeLessThanOrEqualTo(4);
    }
}
