package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Long polls tell the same as a stream, one answer after the other. */
final class LongPollTest {
    private final Parts parts = Parts.create();
    private volatile String hidden = "";
    private final Host host = Host.of(parts.servlet()
            .visibility(Visibility.of((caller, user) -> !user.equals(hidden)))
            .build());

    @AfterEach
    void close() {
        host.close();
        parts.close();
    }

    private OpenStream poll(String query) {
        return new OpenStream(host, parts.clock, "/status/poll?" + query, "As: eve\r\n", "Connection: close\r\n")
                .read();
    }

    private String answer(String query) {
        try (OpenStream poll = poll(query)) {
            return poll.next("{");
        }
    }

    private static String next(String answer) {
        return answer.replaceAll(".*\"next\":\"([^\"]*)\".*", "$1");
    }

    @Test
    void firstAnswerIsASnapshot() {
        parts.tracker.heartbeat("ada");
        assertThat(answer("ids=ada"))
                .startsWith("{\"snapshot\":{\"now\":\"2026-01-01T00:00:00.000Z\",\"statuses\":[{\"user\":\"ada\","
                        + "\"status\":\"online\"")
                .contains("\"transitions\":[],\"next\":\"");
    }

    @Test
    void nextAnswerWaitsForNews() {
        String next = next(answer("ids=ada"));
        try (OpenStream poll = poll("ids=ada&since=" + next)) {
            parts.clock.advance(Duration.ofSeconds(5));
            parts.tracker.heartbeat("ada");
            String second = poll.next("{");
            assertThat(second)
                    .startsWith("{\"transitions\":[{\"user\":\"ada\",\"status\":\"online\",\"at\":")
                    .doesNotContain("snapshot");
            parts.tracker.disconnect("ada");
            parts.clock.runDue();
            assertThat(answer("ids=ada&since=" + next(second)))
                    .startsWith("{\"transitions\":[{\"user\":\"ada\",\"status\":\"offline\"");
        }
    }

    @Test
    void whoIsHiddenMeanwhileIsNotToldOfAnyMore() {
        parts.tracker.heartbeat("ada");
        String next = next(answer("ids=ada"));
        hidden = "ada";
        assertThat(answer("ids=ada&since=" + next))
                .startsWith("{\"snapshot\"")
                .contains("{\"user\":\"ada\",\"status\":\"offline\"}");
    }

    @Test
    void oldPlaceIsAnsweredWithASnapshot() {
        String first = next(answer("ids=ada"));
        parts.tracker.heartbeat("ada");
        parts.clock.runDue();
        assertThat(answer("ids=ada&since=" + first)).startsWith("{\"transitions\"");
        assertThat(answer("ids=ada&since=" + first)).startsWith("{\"snapshot\"").contains("online");
        assertThat(answer("ids=ada,bob&since=" + first))
                .startsWith("{\"snapshot\"")
                .contains("bob");
        assertThat(answer("ids=ada&since=nonsense")).startsWith("{\"snapshot\"");
    }

    @Test
    void nothingNewIsAnsweredWithinTwentyFiveSeconds() {
        String next = next(answer("ids=ada"));
        try (OpenStream poll = poll("ids=ada&since=" + next)) {
            String text = poll.next("{", () -> parts.clock.advance(Duration.ofSeconds(1)));
            assertThat(text).startsWith("{\"transitions\":[],\"next\":\"");
            assertThat(next(text)).isNotEqualTo(next);
        }
    }

    @Test
    void pollsThatBeganTogetherDoNotEndTogether() {
        double[] chances = {0.5, 0, 0.5, 0.9}; // of first polls, and of those that wait
        AtomicInteger asked = new AtomicInteger();
        try (LogLines logged = new LogLines(Level.TRACE);
                Host spread = Host.of(parts.servlet()
                        .chance(() -> chances[asked.getAndIncrement()])
                        .build());
                OpenStream early = second(spread, logged, 2);
                OpenStream late = second(spread, logged, 4)) {
            parts.clock.advance(Duration.ofSeconds(18));
            early.next("{");
            parts.clock.advance(Duration.ofSeconds(3));
            assertThat(logged.messages())
                    .filteredOn("A long poll is answered"::equals)
                    .hasSize(3);
            parts.clock.advance(Duration.ofSeconds(1));
            late.next("{");
        }
    }

    /** A second poll, which waits when so many have: chances are taken in order. */
    private OpenStream second(Host other, LogLines logged, int waiting) {
        try (OpenStream first = on(other, "/status/poll?ids=ada").read()) {
            OpenStream second = on(other, "/status/poll?ids=ada&since=" + next(first.next("{")))
                    .read();
            logged.await("A long poll waits", waiting);
            return second;
        }
    }

    @Test
    void chanceIsNotTheSameTwice() {
        PresenceServletBuilder settings = PresenceServlet.builder(parts.tracker);
        assertThat(IntStream.range(0, 100).mapToObj(i -> settings.chance.getAsDouble()))
                .doesNotHaveDuplicates()
                .allSatisfy(one -> assertThat(one).isBetween(0.0, 1.0));
    }

    @Test
    void pollIsForgottenAMinuteAfterItsLastAnswer() {
        String next = next(answer("ids=ada"));
        parts.clock.advance(Duration.ofSeconds(62));
        assertThat(answer("ids=ada&since=" + next)).startsWith("{\"snapshot\"");
    }

    @Test
    void oldPollIsAnsweredWhenAnotherTakesOver() {
        String next = next(answer("ids=ada"));
        try (OpenStream first = poll("ids=ada&since=" + next)) {
            OpenStream second = poll("ids=ada&since=" + next);
            parts.tracker.heartbeat("ada");
            assertThat(first.next("{")).contains("\"transitions\":");
            assertThat(second.next("{")).isNotEmpty();
            second.close();
        }
    }

    @Test
    void answerThatNobodyTakesHoldsUpNobody() {
        List<String> users =
                IntStream.range(0, 2_000).mapToObj(i -> "u".repeat(150) + i).toList();
        AtomicInteger asked = new AtomicInteger();
        String target = "/status/poll?ids=" + String.join(",", users);
        try (Host big = Host.of(parts.servlet()
                        .maximumIds(users.size())
                        .visibility((caller, ids) -> {
                            asked.incrementAndGet();
                            return ids;
                        })
                        .build());
                OpenStream first = on(big, target).read();
                OpenStream quick = on(big, "/status/stream?ids=ada").read()) {
            quick.nextData();
            String since = next(first.next("{"));
            int before = asked.get();
            try (OpenStream slow = on(big, target + "&since=" + since)) { // waits, and will not read
                long deadline = System.nanoTime() + 10_000_000_000L;
                while (asked.get() == before && System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                }
                assertThat(asked.get()).isGreaterThan(before);
                users.subList(0, 1_300).forEach(parts.tracker::heartbeat); // so many that they fold to one snapshot
                parts.tracker.heartbeat("ada");
                assertThat(quick.nextData()).contains("\"ada\"", "online");
                assertThat(slow.read().next("{")).contains("\"snapshot\"", users.get(1_999));
            }
        }
    }

    @Test
    void readerThatDoesNotTakeItsAnswerIsDropped() {
        List<String> users = IntStream.range(0, 10_000)
                .mapToObj(i -> Integer.toString(i, 36))
                .toList(); // 1 MB of statuses, more than is buffered on the way
        users.forEach(parts.tracker::heartbeat);
        try (LogLines logged = new LogLines(Level.TRACE);
                Host big = Host.of(parts.servlet().maximumIds(users.size()).build());
                OpenStream slow = on(big, "/status/poll?ids=" + String.join(",", users))) {
            logged.await("A long poll is answered", 1, parts.clock::runDue);
            parts.clock.advance(Duration.ofSeconds(30));
            assertThat(logged.messages()).doesNotContain("A long poll is ended: the reader is too slow");
            parts.clock.advance(Duration.ofSeconds(1));
            assertThat(logged.messages()).contains("A long poll is ended: the reader is too slow");
            slow.read().awaitEnd();
        }
    }

    private OpenStream on(Host other, String target) {
        return new OpenStream(other, parts.clock, target, "As: eve\r\n", "Connection: close\r\n");
    }
}
