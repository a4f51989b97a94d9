package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.presence.HeartbeatTracker;
import dev.presence.inmemory.CaffeinePresenceStore;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sockets whose clients say nothing: those that only watch, and those that are not there any more. */
final class IdleSocketTest {
    private final LogLines logged = new LogLines(Level.TRACE);
    private final Parts parts = Parts.create();
    private final Host host = Host.of(
            parts.servlet().build(),
            PresenceSocketBuilder.of(parts.tracker)
                    .clock(parts.clock)
                    .idle(Duration.ofSeconds(1)) // less than three heartbeat intervals, which are 30 s
                    .caller(request -> Optional.of("eve")));

    @AfterEach
    void close() {
        host.close();
        parts.close();
        logged.close();
    }

    @Test
    void socketThatOnlyWatchesStays() {
        try (OpenSocket socket = new OpenSocket(host, parts.clock, "/presence")) {
            socket.say("{\"type\":\"watch\",\"ids\":[\"ada\"]}");
            socket.next("snapshot");
            for (int asked = 1; asked <= 6; asked++) {
                parts.clock.advance(Duration.ofSeconds(12));
                socket.next("ping");
                logged.await("The client of a socket is there", asked);
            }
            parts.tracker.heartbeat("ada");
            assertThat(socket.next("transition")).contains("\"online\"");
        }
    }

    @Test
    void socketOfAClientThatIsNotThereIsClosed() {
        try (OpenStream gone = new OpenStream(
                host,
                parts.clock,
                "/presence",
                "Upgrade: websocket\r\nConnection: Upgrade\r\n",
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")) {
            gone.read().next("HTTP/1.1 101"); // and answers no ping
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (!parts.tracker.status("eve").isOnline()) { // the socket is open when it is
                assertThat(System.nanoTime()).as("now, before the deadline").isLessThan(deadline);
                Thread.onSpinWait();
            }
            parts.clock.advance(Duration.ofSeconds(30));
            assertThat(logged.messages()).doesNotContain("A socket is closed: nothing was heard of the client");
            parts.clock.advance(Duration.ofSeconds(1));
            logged.await("A socket is closed: nothing was heard of the client", 1);
        }
    }

    @Test
    void heartbeatsMayBeFartherApartThanTwoMinutes() {
        try (CaffeinePresenceStore store = CaffeinePresenceStore.builder()
                        .clock(parts.clock)
                        .timeout(Duration.ofMinutes(10))
                        .build();
                HeartbeatTracker slow = HeartbeatTracker.builder(store)
                        .heartbeatInterval(Duration.ofMinutes(4))
                        .build()) {
            assertThat(PresenceSocketBuilder.of(slow).idle()).isEqualTo(Duration.ofMinutes(12));
            assertThat(PresenceSocketBuilder.of(parts.tracker).idle()).isEqualTo(Duration.ofMinutes(2));
        }
    }
}
