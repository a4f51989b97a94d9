package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A hook of the host that fails all the time does not fill the disk with stack traces. */
final class FailuresTest {
    private final LogLines logged = new LogLines(Level.ERROR);
    private final Parts parts = Parts.create();
    private final Visibility broken = (caller, ids) -> {
        throw new IllegalStateException("the host's own trouble");
    };
    private final Host host = Host.of(
            parts.servlet().visibility(broken).build(),
            PresenceSocketBuilder.of(parts.tracker)
                    .clock(parts.clock)
                    .visibility(broken)
                    .caller(request -> {
                        if (request.getParameterMap().containsKey("nobody")) {
                            throw new IllegalStateException("the host does not know");
                        }
                        return Optional.of("eve");
                    }));

    @AfterEach
    void close() {
        host.close();
        parts.close();
        logged.close();
    }

    private void request() {
        assertThat(host.get("/status/user/ada", "As", "eve").statusCode()).isEqualTo(500);
    }

    private void message() {
        try (OpenSocket socket = new OpenSocket(host, parts.clock, "/presence")) {
            socket.say("{\"type\":\"watch\",\"ids\":[\"ada\"]}");
            assertThat(socket.next("closed")).isEqualTo("closed 1011 the message could not be served");
        }
    }

    @Test
    void requestsThatFailAreLoggedOnceAMinuteAndCounted() {
        for (int i = 0; i < 5; i++) {
            request();
        }
        parts.clock.advance(Duration.ofSeconds(59));
        request();
        assertThat(logged.messages()).containsExactly("A GET request for presence failed");
        parts.clock.advance(Duration.ofSeconds(1));
        request();
        assertThat(logged.messages())
                .containsExactly(
                        "A GET request for presence failed",
                        "A GET request for presence failed; 5 more failed since the last one here");
        assertThat(logged.events())
                .allSatisfy(line ->
                        assertThat(line.getThrowableProxy().getMessage()).isEqualTo("the host's own trouble"));
        parts.clock.advance(Duration.ofSeconds(60));
        request();
        assertThat(logged.messages()).hasSize(3).last().isEqualTo("A GET request for presence failed");
    }

    @Test
    void soAreMessagesOverSockets() {
        message();
        message();
        message();
        assertThat(logged.messages()).containsExactly("A message over a socket for presence could not be served");
        parts.clock.advance(Duration.ofSeconds(60));
        message();
        assertThat(logged.messages())
                .last()
                .isEqualTo(
                        "A message over a socket for presence could not be served; 2 more failed since the last one here");
    }

    @Test
    void soAreHandshakes() {
        for (int i = 0; i < 3; i++) {
            try (OpenSocket socket = new OpenSocket(host, parts.clock, "/presence?nobody")) {
                assertThat(socket.next("closed")).isEqualTo("closed 1011 who calls could not be found out");
            }
        }
        assertThat(logged.messages()).containsExactly("Who asks for a socket could not be found out");
    }
}
