package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A socket whose client takes nothing. */
final class SlowSocketTest {
    private static final int TEXT = 0x81;
    private static final int MASKED = 0x80;
    private static final int LONG = 126;

    private final Logger logger = (Logger) LoggerFactory.getLogger(PresenceServlet.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Parts parts = Parts.create();
    private final Host host = Host.of(
            parts.servlet().build(),
            PresenceSocketBuilder.of(parts.tracker)
                    .slow(Duration.ofMillis(500))
                    .maximumSocketsPerCaller(1)
                    .caller(request -> request.getHeaders().entrySet().stream()
                            .filter(header -> header.getKey().equalsIgnoreCase("As"))
                            .map(header -> header.getValue().get(0))
                            .findFirst()));
    private final List<String> users =
            IntStream.range(0, 200).mapToObj(i -> "u".repeat(200) + i).toList();

    @BeforeEach
    void listen() {
        logged.list = new CopyOnWriteArrayList<>(); // threads of the container write while it is read
        logged.start();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(logged);
    }

    @AfterEach
    void close() {
        logger.detachAppender(logged);
        logger.setLevel(null);
        host.close();
        parts.close();
    }

    private OpenSocket socket(String caller) {
        return new OpenSocket(host, parts.clock, "/presence?session=tab", "As", caller);
    }

    /** Has opened a socket by hand, since client libraries read by themselves. */
    private OpenStream slow() {
        OpenStream slow = new OpenStream(
                host,
                parts.clock,
                "/presence",
                "As: eve\r\n",
                "Upgrade: websocket\r\nConnection: Upgrade\r\n",
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
        slow.send(
                frame(users.stream().collect(Collectors.joining("\",\"", "{\"type\":\"watch\",\"ids\":[\"", "\"]}"))));
        return slow;
    }

    /** A message of some length, masked with zeros. */
    private static byte[] frame(String text) {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(TEXT);
        frame.write(MASKED | LONG);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private void turn(int round) {
        users.forEach(round % 2 == 0 ? parts.tracker::heartbeat : parts.tracker::disconnect);
        parts.clock.advance(Duration.ofSeconds(1)); // so many turns are told in a second
    }

    private boolean isGone(String caller) {
        try (OpenSocket another = socket(caller)) {
            return !another.next("").startsWith("closed 1013");
        }
    }

    @Test
    void itsNewsFoldThenItIsDroppedAndHoldsUpNobody() {
        try (OpenSocket quick = socket("bob");
                OpenStream slow = slow()) {
            quick.say("{\"type\":\"watch\",\"ids\":[\"ada\"]}");
            quick.next("snapshot");
            long opened = System.nanoTime();
            while (!parts.tracker.status("eve").isOnline()) { // or the first look would take the place
                assertThat(System.nanoTime() - opened).as("waited").isLessThan(10_000_000_000L);
                Thread.onSpinWait();
            }
            int rounds = 0;
            for (long end = System.nanoTime() + 30_000_000_000L; rounds % 20 != 0 || !isGone("eve"); ) {
                turn(rounds++);
                assertThat(System.nanoTime()).as("now, before the deadline").isLessThan(end);
                if (rounds % 20 == 10) {
                    parts.tracker.heartbeat("ada");
                    assertThat(quick.next("transition")).contains("\"online\"");
                    parts.tracker.disconnect("ada");
                    assertThat(quick.next("transition")).contains("\"offline\"");
                }
            }
            String all = slow.read().next("\uFFFD");
            assertThat(all.split("\"sequence\"", -1).length).isLessThan(rounds * users.size());
            assertThat(logged.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .contains("A socket is closed: the reader is too slow");
        }
    }
}
