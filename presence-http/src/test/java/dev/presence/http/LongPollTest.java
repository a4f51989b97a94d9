package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
}
