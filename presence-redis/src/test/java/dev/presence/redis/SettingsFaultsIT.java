package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.Presence;
import dev.presence.servers.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The one key on which all nodes depend is lost while they run. */
class SettingsFaultsIT extends Faults {
    private final RedisServer server = opened(RedisServer.start());

    @Test
    void nodeThatStartsWithoutTheSettingsFindsTheOthersUsers() {
        Node node = node(server.uri());
        beatOn(node, USERS);
        node.tracker.heartbeat("left");
        node.tracker.flush();
        node.tracker.disconnect("left");
        node.tracker.flush();

        assertThat(server.call("DEL", "presence:settings")).isEqualTo(1L);
        Node later = node(server.uri());
        beatOn(later, List.of("ada"));

        await().atMost(Duration.ofSeconds(3)).until(() -> later.seesFresh(USERS) && node.seesFresh(List.of("ada")));
        letPass(TIMEOUT.plusSeconds(1));
        assertThat(later.seesFresh(USERS)).isTrue();
        assertThat(node.seesFresh(List.of("ada"))).isTrue();
        assertThat(later.tracker.status("left").lastSeen()).isPresent();
        assertThat(later.tracker.onlineCount()).isEqualTo(USERS.size() + 1);
        assertThat(node.tracker.onlineCount()).isEqualTo(USERS.size() + 1);
        assertThat(node.heard(Presence.OFFLINE)).containsExactly("left");
        assertNobodyWentOffline(later);
    }
}
