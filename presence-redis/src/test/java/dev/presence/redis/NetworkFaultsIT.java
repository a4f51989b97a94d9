package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.presence.Counter;
import dev.presence.LocalView;
import dev.presence.Presence;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.UserStatus;
import dev.presence.WhenUnavailable;
import dev.presence.servers.RedisServer;
import dev.presence.servers.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A network between node and server that fails in various ways. */
class NetworkFaultsIT extends Faults {
    private final RedisServer server = opened(RedisServer.start());
    private final TcpProxy proxy = opened(TcpProxy.to(server));

    @Test
    void resetInTheMiddleOfABatchLosesNothingAndDoublesNothing() {
        Duration longer = Duration.ofSeconds(30); // than the test takes: each user beats once
        Node node = node(builder(proxy.uri()).timeout(longer));
        Node other = node(builder(server.uri()).timeout(longer));
        node.tracker.heartbeat("warm");
        node.tracker.flush();
        List<String> many = IntStream.range(0, 900).mapToObj(i -> "batch" + i).toList();

        for (int from = 0; from < 900; from += 300) {
            many.subList(from, from + 300).forEach(node.tracker::heartbeat);
            proxy.resetAfter(8_000); // of some 40 KB
            try {
                node.tracker.flush();
            } catch (PresenceStoreUnavailableException expected) {
                // What was not acknowledged is sent again.
            }
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> node.tracker.stats().pendingWrites() == 0 && node.isUp());
        }

        assertThat(node.count(Counter.FLUSH_FAILURES)).isPositive();
        assertThat(node.count(Counter.BEATS)).isEqualTo(901);
        await().atMost(Duration.ofSeconds(5))
                .until(() -> other.heard(Presence.ONLINE).size() >= 901
                        && node.heard(Presence.ONLINE).size() >= 901);
        assertThat(other.heard(Presence.ONLINE)).doesNotHaveDuplicates().containsAll(many);
        assertThat(node.heard(Presence.ONLINE)).doesNotHaveDuplicates().containsAll(many);
        assertThat(other.tracker.onlineCount()).isEqualTo(901);
    }

    /** R15: to the others a node that is cut off alone looks like a dead one. */
    @Test
    void usersOfANodeThatIsCutOffGoOfflineOnceForTheOtherAndComeBackOnce() {
        Node cut = node(builder(proxy.uri()), tracker -> tracker.whenUnavailable(WhenUnavailable.LAST_KNOWN));
        Node other = node(server.uri());
        List<String> others = List.of("ada", "bob");
        beatOn(cut, USERS);
        beatOn(other, others);

        proxy.cut();
        await().atMost(TIMEOUT.plusSeconds(4))
                .until(() -> other.heard(Presence.OFFLINE).size() == USERS.size());

        UserStatus known = cut.tracker.status("user1");
        assertThat(known.isOnline()).isTrue();
        assertThat(known.isStale()).isTrue();
        assertThat(cut.tracker.status("ada").isStale()).isTrue();
        assertNobodyWentOffline(cut);
        assertThat(other.seesFresh(others)).isTrue();

        proxy.heal();
        awaitRecovery(cut, USERS);
        await().atMost(Duration.ofSeconds(3))
                .until(() -> other.heard(Presence.ONLINE).size() >= 2 * USERS.size() + 2);
        letPass(Duration.ofSeconds(1));
        assertHeardOnce(Presence.OFFLINE, other, USERS);
        assertThat(other.heard(Presence.ONLINE)).hasSize(2 * USERS.size() + 2);
        assertThat(cut.heard(Presence.OFFLINE).size() + USERS.size() + 2)
                .as("the cut node may hear both afterwards, or neither")
                .isEqualTo(cut.heard(Presence.ONLINE).size());
    }

    @Test
    void nodeThatIsCutOffRefusesReadsWhereTheHostWantsThat() {
        Node node = node(proxy.uri());
        beatOn(node, List.of("ada"));
        proxy.cut();
        awaitOutage(node);
        assertThatThrownBy(() -> node.tracker.status("ada")).isInstanceOf(PresenceStoreUnavailableException.class);
        assertThatThrownBy(node.tracker::onlineCount).isInstanceOf(PresenceStoreUnavailableException.class);
        proxy.heal();
        awaitRecovery(node, List.of("ada"));
        assertNobodyWentOffline(node);
    }

    @Test
    void networkThatIsSlowerThanUsualDoesNoHarm() {
        Node node = node(proxy.uri());
        beatOn(node, USERS);
        proxy.delay(COMMAND_TIMEOUT.dividedBy(4)); // a round trip takes half of the command timeout
        letPass(TIMEOUT);
        assertThat(node.isUp()).isTrue();
        assertThat(node.seesFresh(USERS)).isTrue();
        assertThat(node.count(Counter.FLUSH_FAILURES)).isZero();
        assertNobodyWentOffline(node);
        assertThat(log.warnings()).isEmpty();
    }

    /** The server does what it is told, but its answers come too late to be believed. */
    @Test
    void networkThatIsSlowerThanTheCommandTimeoutIsAnOutage() {
        Node node = node(proxy.uri());
        Node other = node(server.uri());
        beatOn(node, USERS);
        proxy.delay(COMMAND_TIMEOUT);
        awaitOutage(node);
        assertThat(node.problem()).contains("did not answer within");
        outlastTheTimeout();
        proxy.heal();
        awaitRecovery(node, USERS);
        assertNobodyWentOffline(node, other);
        assertThat(log.warnings()).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void stalledNetworkIsAnOutageOfThatNodeOnly() {
        Node node = node(proxy.uri());
        Node other = node(server.uri());
        beatOn(node, USERS);
        beatOn(other, List.of("ada"));
        proxy.stall();
        awaitOutage(node);
        assertThat(other.seesFresh(List.of("ada"))).isTrue();
        proxy.heal();
        awaitRecovery(node, USERS);
        assertNobodyWentOffline(node, other);
    }

    @Test
    void viewOfANodeThatIsCutOffIsStaleAndCatchesUp() {
        Node cut = node(builder(proxy.uri()), tracker -> tracker.localView(LocalView.EVERYONE));
        Node other = node(server.uri());
        beatOn(other, USERS);
        other.tracker.heartbeat("leaver");
        await().atMost(Duration.ofSeconds(3))
                .until(() -> cut.tracker.status("leaver").isOnline() && sees(cut, false));

        proxy.cut();
        other.tracker.disconnect("leaver");
        await().atMost(Duration.ofSeconds(5)).until(() -> sees(cut, true));
        assertThat(cut.tracker.status("leaver").isStale()).isTrue();

        proxy.heal();
        await().atMost(Duration.ofSeconds(5)).until(() -> sees(cut, false));
        assertThat(cut.tracker.status("leaver").isOnline()).isFalse();
    }

    private static boolean sees(Node node, boolean stale) {
        return node.tracker.statuses(USERS).statuses().stream()
                .allMatch(status -> status.isOnline() && status.isStale() == stale);
    }
}
