package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.Presence;
import dev.presence.servers.RedisServer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages and keys that get lost while nodes run. */
class FeedFaultsIT extends Faults {
    private static final Duration STALENESS = Duration.ofSeconds(3);

    private final RedisServer server =
            opened(RedisServer.start("--client-output-buffer-limit", "pubsub", "64kb", "0", "0"));
    private final Node node = node(server.uri());
    private final Node other = node(server.uri());

    @Test
    void messageThatNobodyGotIsMissedByNobody() {
        beatOn(node, USERS);
        assertThat((Long) server.call("CLIENT", "KILL", "TYPE", "pubsub")).isPositive();
        assertThat(server.call("PUBLISH", Layout.channel("presence"), "")).isEqualTo(0L);
        node.tracker.heartbeat("last");
        node.tracker.flush();
        assertHeardByAll("last");
        letPass(Duration.ofSeconds(1)); // the clients are back
        node.tracker.heartbeat("later");
        node.tracker.flush();
        assertHeardByAll("later");
        assertNobodyWentOffline(node, other);
        assertThat(other.heard(Presence.ONLINE)).hasSize(USERS.size() + 2).doesNotHaveDuplicates();
    }

    @Test
    void subscriberThatIsDroppedForReadingTooSlowlyMissesNothing() {
        beatOn(node, USERS);
        server.call(
                "PUBLISH", Layout.channel("presence"), "x".repeat(1_000_000)); // more than may wait for a subscriber
        await().untilAsserted(() ->
                assertThat(Files.readString(server.log())).contains("overcoming of output buffer limits"));
        node.tracker.heartbeat("last");
        node.tracker.flush();
        assertHeardByAll("last");
        assertNobodyWentOffline(node, other);
        assertThat(other.heard(Presence.ONLINE)).doesNotHaveDuplicates();
        assertThat(log.warnings()).hasSizeLessThanOrEqualTo(4);
    }

    private void assertHeardByAll(String user) {
        await().atMost(STALENESS)
                .until(() -> node.heard(Presence.ONLINE).contains(user)
                        && other.heard(Presence.ONLINE).contains(user));
    }

    @Test
    void dataThatIsThrownAwayIsBackWithTheNextBeats() {
        List<String> others = List.of("ada", "bob");
        beatOn(node, USERS);
        beatOn(other, others);

        server.call("FLUSHALL");

        awaitRecovery(node, USERS);
        awaitRecovery(other, others);
        letPass(TIMEOUT.plusSeconds(1)); // the quiet period and more
        assertThat(node.seesFresh(others)).isTrue();
        assertThat(node.tracker.onlineCount()).isEqualTo(USERS.size() + 2);
        assertNobodyWentOffline(node, other);
        assertThat(node.heard(Presence.ONLINE)).hasSize(USERS.size() + 2).doesNotHaveDuplicates();
        assertThat(other.heard(Presence.ONLINE)).hasSize(USERS.size() + 2).doesNotHaveDuplicates();
    }
}
