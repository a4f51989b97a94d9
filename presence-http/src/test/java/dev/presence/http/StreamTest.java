package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Server-Sent Events: a snapshot, then transitions, over a connection that may break. */
final class StreamTest {
    private static final String EVE = "As: eve\r\n";

    private final Parts parts = Parts.create();
    private Host host = Host.of(parts.servlet().build());

    @AfterEach
    void close() {
        host.close();
        parts.close();
    }

    private OpenStream stream(String query, String... headers) {
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 1, headers.length);
        all[0] = EVE;
        return new OpenStream(host, parts.clock, "/status/stream?" + query, all).read();
    }

    private void pass(long seconds) {
        parts.clock.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void snapshotComesFirstThenTransitions() {
        parts.tracker.heartbeat("ada");
        try (OpenStream stream = stream("ids=bob,ada,bob")) {
            assertThat(stream.next("Content-Type: "))
                    .isEqualToIgnoringCase("Content-Type: text/event-stream;charset=utf-8");
            assertThat(stream.next("retry: ")).isEqualTo("retry: 2000");
            String id = stream.next("id: ");
            assertThat(stream.next("event: ")).isEqualTo("event: snapshot");
            assertThat(stream.nextData())
                    .isEqualTo(
                            "{\"now\":\"2026-01-01T00:00:00.000Z\",\"statuses\":[{\"user\":\"bob\",\"status\":\"offline\"},"
                                    + "{\"user\":\"ada\",\"status\":\"online\",\"lastSeen\":\"2026-01-01T00:00:00.000Z\","
                                    + "\"ageMillis\":0}]}");
            pass(1);
            parts.tracker.disconnect("ada");
            assertThat(stream.next("id: ")).isNotEqualTo(id);
            assertThat(stream.next("event: ")).isEqualTo("event: transition");
            assertThat(stream.nextData())
                    .isEqualTo("{\"user\":\"ada\",\"status\":\"offline\",\"at\":\"2026-01-01T00:00:01.000Z\","
                            + "\"sequence\":2}");
            parts.tracker.heartbeat("cleo");
            parts.tracker.heartbeat("bob");
            assertThat(stream.nextData()).contains("\"bob\"");
        }
    }

    @Test
    void aPlaceInTheUrlGoesOnWhereAConnectionEnded() {
        String place;
        try (OpenStream poll =
                new OpenStream(host, parts.clock, "/status/poll?ids=ada", EVE, "Connection: close\r\n").read()) {
            place = poll.next("{").replaceAll(".*\"next\":\"([^\"]*)\".*", "$1");
        }
        parts.tracker.heartbeat("ada");
        try (OpenStream stream = stream("ids=ada&since=" + place)) {
            assertThat(stream.next("event: ")).isEqualTo("event: transition");
            assertThat(stream.nextData()).contains("\"online\"");
        }
    }

    @Test
    void connectionGoesOnWhereTheLastOneEnded() {
        String id;
        String place;
        try (OpenStream stream = stream("ids=ada,bob")) {
            id = stream.next("id: ").substring(4);
            stream.nextData();
            try (OpenStream poll = new OpenStream(
                            host, parts.clock, "/status/poll?ids=ada,bob&since=" + id, EVE, "Connection: close\r\n")
                    .read()) {
                assertThat(stream.next(": another")).isEqualTo(": another connection took over");
                stream.awaitEnd(); // so the server writes no more to this one, and may be sure of what was told
                place = poll.next("{", () -> pass(1)).replaceAll(".*\"next\":\"([^\"]*)\".*", "$1");
            }
        }
        parts.tracker.heartbeat("ada");
        parts.clock.runDue();
        parts.tracker.disconnect("ada");
        parts.clock.runDue();
        parts.tracker.heartbeat("bob");
        parts.clock.runDue();
        try (OpenStream stream = stream("ids=ada,bob", "Last-Event-ID: " + place + "\r\n")) {
            assertThat(stream.next("event: ")).isEqualTo("event: transition");
            assertThat(stream.nextData()).startsWith("{\"user\":\"bob\",\"status\":\"online\"");
        }
        try (OpenStream stream = stream("ids=ada,bob", "Last-Event-ID: " + id + "\r\n")) {
            assertThat(stream.next("event: ")).isEqualTo("event: snapshot"); // more was told after that place
        }
    }

    @Test
    void placeOfSomebodyElseIsNoPlace() {
        String id;
        try (OpenStream stream = stream("ids=ada")) {
            id = stream.next("id: ").substring(4);
            try (OpenStream other = new OpenStream(
                            host,
                            parts.clock,
                            "/status/stream?ids=ada",
                            "As: mallory\r\n",
                            "Last-Event-ID: " + id + "\r\n")
                    .read()) {
                assertThat(other.next("event: ")).isEqualTo("event: snapshot");
            }
            parts.tracker.heartbeat("ada");
            stream.nextData();
            assertThat(stream.nextData()).contains("online");
        }
        try (OpenStream again = stream("ids=ada", "Last-Event-ID: nonsense\r\n")) {
            assertThat(again.next("event: ")).isEqualTo("event: snapshot");
        }
    }

    @Test
    void hiddenUserLooksLikeOneNobodyHasHeardOf() {
        host.close();
        host = Host.of(parts.servlet()
                .visibility(Visibility.of((caller, user) -> !user.equals("ada")))
                .build());
        parts.tracker.heartbeat("ada");
        try (OpenStream stream = stream("ids=ada,bob");
                OpenStream nothing = stream("ids=ada")) {
            assertThat(stream.nextData())
                    .contains("[{\"user\":\"ada\",\"status\":\"offline\"},{\"user\":\"bob\",\"status\":\"offline\"}]");
            assertThat(nothing.nextData()).contains("[{\"user\":\"ada\",\"status\":\"offline\"}]");
            parts.tracker.disconnect("ada");
            parts.tracker.heartbeat("bob");
            assertThat(stream.nextData()).contains("\"bob\"");
        }
    }

    @Test
    void silentStreamIsKeptAwake() {
        try (OpenStream stream = stream("ids=ada")) {
            stream.nextData();
            pass(17);
            assertThat(stream.next(":")).isEqualTo(": still here");
        }
    }

    @Test
    void streamsOpenedTogetherAreNotKeptAwakeTogether() {
        host.close();
        double[] chances = {0, 0.75, 0.75}; // of the stream, and of the poll that only takes a turn in between
        AtomicInteger asked = new AtomicInteger();
        host = Host.of(parts.servlet()
                .chance(() -> chances[Math.min(asked.getAndIncrement(), 2)])
                .build());
        try (OpenStream early = stream("ids=ada")) {
            early.nextData();
            try (OpenStream late = stream("ids=ada")) {
                late.nextData();
                pass(14); // 13.5, to the next second
                assertThat(early.next(":")).isEqualTo(": still here");
                pass(1);
                parts.tracker.heartbeat("ada");
                assertThat(late.next("")).isEmpty();
                assertThat(late.next("")).startsWith("id: "); // and no comment before
            }
        }
    }

    @Test
    void readerThatTakesNothingIsDroppedAndHoldsUpNobody() {
        String ids = IntStream.range(0, 200).mapToObj(i -> "user-number-" + i).collect(Collectors.joining(","));
        try (LogLines logged = new LogLines(Level.DEBUG);
                OpenStream slow = new OpenStream(host, parts.clock, "/status/stream?ids=" + ids, EVE);
                OpenStream quick = stream("ids=ada")) {
            quick.nextData();
            for (int round = 0; round < 200; round++) {
                for (String id : ids.split(",", -1)) {
                    if (round % 2 == 0) {
                        parts.tracker.heartbeat(id);
                    } else {
                        parts.tracker.disconnect(id);
                    }
                }
                pass(1);
            }
            parts.tracker.heartbeat("ada");
            assertThat(quick.nextData()).contains("online");
            pass(32);
            logged.await("A stream is ended: the reader is too slow", 1);
            slow.read().awaitEnd();
            parts.tracker.heartbeat("ada");
            assertThat(quick.next("data: ")).isNotEmpty();
        }
    }

    @Test
    void oneCallerHasNoMoreThanTheLimit() {
        host.close();
        host = Host.of(parts.servlet().maximumStreamsPerCaller(1).build());
        try (OpenStream stream = stream("ids=ada")) {
            stream.nextData();
            assertThat(host.get("/status/stream?ids=ada", "As", "eve").statusCode())
                    .isEqualTo(429);
            try (OpenStream other = new OpenStream(host, parts.clock, "/status/stream?ids=ada", "As: bob\r\n").read()) {
                other.nextData();
            }
        }
    }

    @Test
    void allTogetherHaveNoMoreThanTheLimit() {
        host.close();
        host = Host.of(parts.servlet().maximumStreams(1).build());
        try (OpenStream stream = stream("ids=ada")) {
            stream.nextData();
            assertThat(host.get("/status/poll?ids=ada", "As", "bob").statusCode())
                    .isEqualTo(429);
        }
    }

    @Test
    void placeIsFreedSomeTimeAfterTheConnectionBroke() {
        host.close();
        host = Host.of(parts.servlet().maximumStreamsPerCaller(1).build());
        try (OpenStream stream = stream("ids=ada")) {
            stream.nextData();
        }
        assertThat(host.get("/status/poll?ids=ada", "As", "eve").statusCode()).isEqualTo(429);
        long deadline = System.nanoTime() + 10_000_000_000L;
        String status;
        do { // the server finds that nobody is there when it writes to keep the stream awake
            assertThat(System.nanoTime()).as("now, less than the deadline").isLessThan(deadline);
            pass(20);
            try (OpenStream stream = stream("ids=ada")) {
                status = stream.next("HTTP/1.1 ");
            }
        } while (status.contains(" 429 "));
        assertThat(status).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void malformedRequestsAreRefusedAsForReads() {
        assertThat(host.get("/status/stream", "As", "eve").statusCode()).isEqualTo(400);
        assertThat(host.get("/status/stream?ids=ada").statusCode()).isEqualTo(401);
        assertThat(host.post("/status/stream?ids=ada", "As", "eve").statusCode())
                .isEqualTo(405);
    }

    @Test
    void streamEndsWithTheServlet() {
        try (OpenStream stream = stream("ids=ada")) {
            stream.nextData();
            host.close();
            stream.awaitEnd();
        }
    }

    @Test
    void streamSaysWhyItEndsWhereTheConnectionTakesOneMoreLine() {
        host.close();
        PresenceServlet servlet = parts.servlet().build();
        host = Host.of(servlet);
        try (OpenStream stream = stream("ids=ada")) {
            stream.nextData();
            servlet.destroy();
            assertThat(stream.next(": ")).isEqualTo(": presence is shutting down");
            stream.awaitEnd();
        }
    }
}
