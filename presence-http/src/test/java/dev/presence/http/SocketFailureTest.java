package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is logged of sockets that fail: what is ours, and not that clients go away. */
final class SocketFailureTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(PresenceServlet.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Parts parts = Parts.create();
    private final Host host = Host.of(
            parts.servlet().build(),
            PresenceSocketBuilder.of(parts.tracker)
                    .caller(request -> Optional.of("eve"))
                    .maximumSocketsPerCaller(1)
                    .visibility((caller, ids) -> {
                        if (ids.contains("boom")) {
                            throw new IllegalStateException("the host's own trouble");
                        }
                        return ids;
                    }));

    @BeforeEach
    void listen() {
        logged.list = new CopyOnWriteArrayList<>(); // threads of the container write while it is read
        logged.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(logged);
    }

    @AfterEach
    void close() {
        logger.detachAppender(logged);
        logger.setLevel(null);
        host.close();
        parts.close();
    }

    private OpenSocket socket() {
        return new OpenSocket(host, parts.clock, "/presence");
    }

    @Test
    void failureOfTheHostIsLoggedAndClosesTheSocketWithoutSayingMore() {
        try (OpenSocket socket = socket()) {
            socket.say("{\"type\":\"watch\",\"ids\":[\"boom\"]}");
            assertThat(socket.next("closed")).isEqualTo("closed 1011 the message could not be served");
        }
        assertThat(logged.list).hasSize(1);
        assertThat(logged.list.get(0).getLevel()).isEqualTo(Level.ERROR);
        assertThat(logged.list.get(0).getThrowableProxy().getMessage()).isEqualTo("the host's own trouble");
    }

    @Test
    void clientThatGoesAwayIsNot() {
        for (int i = 0; i < 5; i++) {
            try (OpenSocket socket = admitted()) {
                socket.say("{\"type\":\"watch\",\"ids\":[\"eve\"]}");
                socket.next("snapshot");
            } // aborted
        }
        admitted().close();
        assertThat(logged.list).isEmpty();
    }

    /** A socket that has its place, as the one before has given it back. */
    private OpenSocket admitted() {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < deadline) {
            OpenSocket socket = socket();
            if (!socket.next("").startsWith("closed 1013")) {
                return socket;
            }
            socket.close();
        }
        throw new AssertionError("the place is not given back");
    }

    @Test
    void trackerThatIsClosedIsNot() {
        try (OpenSocket socket = socket()) {
            socket.next("next");
            parts.tracker.close();
            socket.say("{\"type\":\"heartbeat\"}");
            assertThat(socket.next("closed")).isEqualTo("closed 1001 presence is shutting down");
        }
        assertThat(logged.list).isEmpty();
    }
}
