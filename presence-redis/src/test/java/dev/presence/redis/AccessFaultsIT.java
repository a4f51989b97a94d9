package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.PresenceStoreException;
import dev.presence.servers.RedisServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Credentials that are wrong, or become so. */
class AccessFaultsIT extends Faults {
    private final RedisServer server = opened(RedisServer.start("--user", "app", "on", ">sesame", "~*", "&*", "+@all"));

    private String uri(String password) {
        return server.uri().replace("redis://", "redis://app:" + password + "@");
    }

    @Test
    void wrongPasswordIsSaidClearlyAndWithoutThePassword() {
        assertThatThrownBy(() -> builder(uri("simsalabim")).build())
                .isInstanceOf(PresenceStoreException.class)
                .hasMessageContaining("WRONGPASS")
                .satisfies(e -> assertThat(trace(e)).doesNotContain("simsalabim"));
    }

    @Test
    void missingPasswordIsSaidClearly() {
        RedisServer closed = opened(RedisServer.start("--requirepass", "sesame"));
        assertThatThrownBy(() -> builder(closed.uri()).build())
                .isInstanceOf(PresenceStoreException.class)
                .hasMessageContaining("NOAUTH");
    }

    @Test
    void passwordThatChangesIsAnOutageUntilItIsRightAgain() {
        Node node = node(uri("sesame"));
        beatOn(node, USERS);

        server.call("ACL", "SETUSER", "app", "resetpass", ">other");
        server.call("CLIENT", "KILL", "USER", "app");
        awaitOutage(node);
        outlastTheTimeout();
        assertThat(node.isUp()).isFalse();

        server.call("ACL", "SETUSER", "app", ">sesame");
        awaitRecovery(node, USERS);
        assertNobodyWentOffline(node);
        assertThat(log.warnings()).hasSizeLessThanOrEqualTo(4).noneMatch(line -> line.contains("sesame"));
    }

    @Test
    void rightThatIsTakenAwayIsSaidAndKeepsTheBeatsWaiting() {
        Node node = node(uri("sesame"));
        beatOn(node, USERS);
        server.call("ACL", "SETUSER", "app", "-hset");
        awaitOutage(node);
        assertThat(node.problem()).contains("The user executing the script can't run this command");
        server.call("ACL", "SETUSER", "app", "+@all");
        awaitRecovery(node, USERS);
        assertNobodyWentOffline(node);
    }

    static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
