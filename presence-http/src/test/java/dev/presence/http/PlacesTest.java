package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody can use up the places that a caller has for streams and long polls: neither another site nor what the caller left behind. */
final class PlacesTest {
    private final Parts parts = Parts.create();
    private final Host host = Host.of(parts.servlet().maximumStreamsPerCaller(2).build());

    @AfterEach
    void close() {
        host.close();
        parts.close();
    }

    /** The place to go on from, or how it is refused. */
    private String poll(String query, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "As: eve\r\n";
        all[headers.length + 1] = "Connection: close\r\n";
        try (OpenStream poll = new OpenStream(host, parts.clock, "/status/poll?ids=ada" + query, all).read()) {
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
        assertThat(poll("", "Sec-Fetch-Site: same-origin\r\n")).doesNotContain("HTTP");
        assertThat(poll("", "Origin: http://" + host.authority() + "\r\n")).doesNotContain("HTTP");
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
        assertThat(poll("")).doesNotContain("HTTP");
        assertThat(poll("")).contains(" 429 ");

        parts.tracker.heartbeat("ada");
        parts.clock.runDue();
        assertThat(poll("&since=" + places.get(1)))
                .startsWith(places.get(1).substring(0, places.get(1).lastIndexOf('.'))); // has it still
        assertThat(poll("&since=" + places.get(0))).contains(" 429 ");
    }
}
