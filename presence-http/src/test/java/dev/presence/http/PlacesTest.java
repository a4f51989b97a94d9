package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody can use up the places that a caller has for streams and long polls: neither another site nor what the caller left behind. */
final class PlacesTest {
    private final Parts parts = Parts.create();
    private final Host host =
            Host.of(parts.servlet().maximumStreamsPerCaller(2).build());

    @AfterEach
    void close() {
        host.close();
        parts.close();
    }

    private String poll(String query) {
        try (OpenStream poll =
                new OpenStream(host, parts.clock, "/status/poll?ids=ada" + query, "As: eve\r\n", "Connection: close\r\n")
                        .read()) {
            String status = poll.next("HTTP/1.1 ");
            return status.contains(" 200 ") ? poll.next("{").replaceAll(".*\"next\":\"([^\"]*)\".*", "$1") : status;
        }
    }

    @Test
    void pagesOfOtherSitesOpenNone() {
        for (String path : List.of("/status/stream", "/status/poll")) {
            for (int i = 0; i < 5; i++) {
                assertThat(host.get(path + "?ids=ada", "As", "eve", "Sec-Fetch-Site", "cross-site")
                                .statusCode())
                        .isEqualTo(403);
                assertThat(host.get(path + "?ids=ada", "As", "eve", "Origin", "https://evil.example")
                                .statusCode())
                        .isEqualTo(403);
            }
        }
        assertThat(host.get("/status/users?ids=ada", "As", "eve", "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(200); // holds nothing, and the browser does not show it to that page
        assertThat(host.get("/status/poll?ids=ada", "As", "eve", "Sec-Fetch-Site", "same-origin")
                        .statusCode())
                .isEqualTo(200);
        assertThat(host.get("/status/poll?ids=ada", "As", "eve", "Origin", "http://" + host.authority())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void newOneTakesThePlaceOfTheOneThatWasLeftLongestAgo() {
        List<String> places = new ArrayList<>();
        places.add(poll(""));
        parts.clock.advance(Duration.ofSeconds(3));
        places.add(poll(""));
        parts.clock.advance(Duration.ofMillis(1_999));
        assertThat(poll("")).contains(" 429 ");
        parts.clock.advance(Duration.ofMillis(1));
        assertThat(poll("")).contains(".");
        assertThat(poll("")).contains(" 429 ");

        parts.tracker.heartbeat("ada");
        parts.clock.runDue();
        assertThat(poll("&since=" + places.get(1)))
                .startsWith(places.get(1).substring(0, places.get(1).lastIndexOf('.'))); // has it still
        assertThat(poll("&since=" + places.get(0))).contains(" 429 ");
    }
}
