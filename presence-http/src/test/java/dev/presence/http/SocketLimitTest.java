package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.websocket.CloseReason;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one socket may cost. */
final class SocketLimitTest {
    private final Parts parts = Parts.create();
    private final AtomicInteger looks = new AtomicInteger();
    private final PresenceSocketBuilder settings = PresenceSocketBuilder.of(parts.tracker)
            .clock(parts.clock)
            .maximumIds(2)
            .maximumMessagesPerMinute(6)
            .visibility((caller, ids) -> {
                looks.incrementAndGet();
                return ids;
            })
            .caller(request -> Optional.of("eve"));
    private final Host host = Host.of(parts.servlet().build(), settings);

    @AfterEach
    void close() {
        host.close();
        parts.close();
    }

    private OpenSocket socket() {
        return new OpenSocket(host, parts.clock, "/presence");
    }

    private static void watchAndUnwatch(OpenSocket socket) {
        socket.say("{\"type\":\"watch\",\"ids\":[\"ada\"]}");
        socket.next("snapshot");
        socket.say("{\"type\":\"unwatch\",\"ids\":[\"ada\"]}");
    }

    @Test
    void socketThatSaysTooMuchIsClosedBeforeItAsksAnybody() {
        try (OpenSocket socket = socket()) {
            for (int i = 0; i < 3; i++) {
                watchAndUnwatch(socket);
            }
            socket.say("{\"type\":\"watch\",\"ids\":[\"ada\"]}");
            assertThat(socket.next("closed")).isEqualTo("closed 1008 too many messages were sent");
        }
        assertThat(looks).hasValue(3);
    }

    @Test
    void socketMaySayAsMuchAgainWithTime() {
        try (OpenSocket socket = socket()) {
            for (int i = 0; i < 6; i++) {
                watchAndUnwatch(socket);
                parts.clock.advance(Duration.ofSeconds(20)); // two messages' worth
            }
            assertThat(looks).hasValue(6);
        }
    }

    @Test
    void messageThatNoRosterNeedsIsNotEvenRead() {
        try (OpenSocket socket = socket()) {
            socket.say("{\"type\":\"heartbeat\",\"more\":\"" + "x".repeat(2_000) + "\"}");
            socket.next("next");
            socket.next("next"); // that of the opening, and the answer
            socket.say("{\"type\":\"heartbeat\",\"more\":\"" + "x".repeat(10_000) + "\"}");
            socket.next("closed 1009");
        }
    }

    @Test
    void whoIsRefusedHasAMomentToTakeIt() {
        List<String> asked = new CopyOnWriteArrayList<>();
        Session session = (Session) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
                    asked.add(arguments == null ? method.getName() : method.getName() + " " + said(arguments[0]));
                    return switch (method.getName()) {
                        case "isOpen" -> true;
                        case "getUserProperties" -> new HashMap<>();
                        default -> null;
                    };
                });
        EndpointConfig config = settings.build("/presence");

        new PresenceSocket(settings, new Sockets(settings)).onOpen(session, config);

        assertThat(asked).containsSubsequence("setMaxIdleTimeout 5000", "close 1008 the handshake was not seen");
    }

    private static String said(Object argument) {
        return argument instanceof CloseReason reason
                ? reason.getCloseCode().getCode() + " " + reason.getReasonPhrase()
                : argument.toString();
    }

    @Test
    void limitOfNoMessagesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.maximumMessagesPerMinute(0))
                .withMessage("maximumMessagesPerMinute must be at least 1, not 0");
    }
}
