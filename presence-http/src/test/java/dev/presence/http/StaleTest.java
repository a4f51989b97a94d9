package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever listens while the store is cut off is told so, and told when it is back. */
final class StaleTest {
    private final Parts parts = Parts.distantStore(settings -> settings);
    private final Host host = Host.of(
            parts.servlet().build(), PresenceSocketBuilder.of(parts.tracker).caller(request -> Optional.of("eve")));

    @BeforeEach
    void beat() {
        parts.tracker.heartbeat("ada");
        parts.clock.advance(Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        host.close();
        parts.close();
    }

    private void cut() {
        parts.storeIsDown();
        parts.clock.advance(Duration.ofSeconds(5));
    }

    private void heal() {
        parts.storeIsBack();
        parts.clock.advance(Duration.ofSeconds(5));
    }

    private static void assertFresh(String snapshot) {
        assertThat(snapshot)
                .contains("\"statuses\":[{\"user\":\"ada\",\"status\":\"online\"")
                .doesNotContain("stale");
    }

    private static void assertStale(String snapshot) {
        assertThat(snapshot).contains("\"statuses\":[{\"user\":\"ada\",\"status\":\"online\",\"stale\":true}]");
    }

    @Test
    void streamIsTold() {
        try (OpenStream stream = new OpenStream(host, parts.clock, "/status/stream?ids=ada", "As: eve\r\n").read()) {
            assertFresh(stream.nextData());
            cut();
            assertThat(stream.next("event: ")).isEqualTo("event: snapshot");
            assertStale(stream.nextData());
            heal();
            assertThat(stream.next("event: ")).isEqualTo("event: snapshot");
            assertFresh(stream.nextData());
        }
    }

    @Test
    void longPollIsTold() {
        String first = poll("");
        assertFresh(first);
        cut();
        String stale = poll(first);
        assertStale(stale);
        heal();
        assertFresh(poll(stale));
    }

    private String poll(String last) {
        String since = last.isEmpty() ? "" : "&since=" + last.replaceAll(".*\"next\":\"([^\"]*)\".*", "$1");
        try (OpenStream poll = new OpenStream(
                        host, parts.clock, "/status/poll?ids=ada" + since, "As: eve\r\n", "Connection: close\r\n")
                .read()) {
            return poll.next("{");
        }
    }

    @Test
    void socketIsTold() {
        try (OpenSocket socket = new OpenSocket(host, parts.clock, "/presence")) {
            socket.say("{\"type\":\"watch\",\"ids\":[\"ada\"]}");
            assertFresh(socket.next("snapshot"));
            cut();
            assertStale(socket.next("snapshot"));
            heal();
            assertFresh(socket.next("snapshot"));
        }
    }
}
