package dev.presence.http;

import static dev.presence.http.ProblemDetails.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is answered when the request itself is wrong: its URL, its session or its body. */
class MalformedRequestTest {
    private final Parts parts = Parts.create();
    private final Host host = Host.of(parts.servlet().build());

    @AfterEach
    void stop() {
        host.close();
        parts.close();
    }

    private void assertBadRequest(String target, String detail) {
        assertBadRequest(host.get(target, "As", "u1"), detail);
    }

    private static void assertBadRequest(HttpResponse<String> answer, String detail) {
        assertProblem(answer, 400, "Bad Request", detail);
    }

    private static String ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "u" + i).collect(Collectors.joining(","));
    }

    @Test
    void fiveHundredIdsAreServedAndOneMoreIsNot() {
        assertThat(host.get("/status/users?ids=" + ids(500), "As", "u1").statusCode())
                .isEqualTo(200);
        assertBadRequest("/status/users?ids=" + ids(501), "at most 500 ids can be asked at once");
        assertBadRequest("/status/users?ids=" + ids(500) + "&ids=u1", "at most 500 ids can be asked at once");
    }

    @Test
    void hostCanAllowFewerIds() {
        try (Host strict = Host.of(parts.servlet().maximumIds(1).build())) {
            assertThat(strict.get("/status/users?ids=u1", "As", "u1").statusCode())
                    .isEqualTo(200);
            assertThat(strict.get("/status/users?ids=u1,u1", "As", "u1").statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void malformedIdsAreNamedByTheirRule() {
        String blank = "a user id must not be blank (R11)";
        assertBadRequest("/status/users?ids=u1,,u2", blank);
        assertBadRequest("/status/users?ids=,", blank);
        assertBadRequest("/status/users?ids=u1,", blank);
        assertBadRequest("/status/users?ids=%20", blank);
        assertBadRequest("/status/user/", blank);
        assertBadRequest("/status/user/%20", blank);
        assertBadRequest(
                "/status/user/" + "x".repeat(257),
                "a user id must have at most 256 UTF-8 bytes, this one has 257 (R11)");
        assertBadRequest("/status/users?ids=u1,a%00b", "a user id must not contain NUL, found at 1 (R11)");
        assertBadRequest("/status/users", "the parameter ids is missing; ids= asks for nobody");
        assertBadRequest("/status/users?id=u1", "the parameter ids is missing; ids= asks for nobody");
    }

    @Test
    void malformedSessionsAreRefused() {
        String blank = "a session id must not be blank (R11)";
        assertBadRequest(host.post("/heartbeat?session=", "As", "u1"), blank);
        assertBadRequest(host.post("/heartbeat?session", "As", "u1"), blank);
        assertBadRequest(host.post("/disconnect?session=%20", "As", "u1"), blank);
        assertThat(host.raw("POST /heartbeat", "As: u1\r\n", "Presence-Session: \r\n", "Content-Length: 0\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains(blank);
        assertBadRequest(
                host.post("/heartbeat?session=" + "x".repeat(257), "As", "u1"),
                "a session id must have at most 256 UTF-8 bytes, this one has 257 (R11)");
        assertThat(parts.tracker.onlineCount()).isZero();
    }

    @Test
    void sessionGivenTwiceIsRefused() {
        String twice = "the session is given more than once";
        assertBadRequest(host.post("/heartbeat?session=a", "As", "u1", "Presence-Session", "a"), twice);
        assertBadRequest(host.post("/heartbeat", "As", "u1", "Presence-Session", "a", "Presence-Session", "b"), twice);
        assertBadRequest(
                host.post("/heartbeat?session=a&session=a", "As", "u1"),
                "the parameter session is given more than once");
    }

    @Test
    void sessionHeaderBeyondAsciiIsRefused() {
        assertThat(host.raw("POST /heartbeat", "As: u1\r\n", "Presence-Session: \u00e9\r\n", "Content-Length: 0\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("the header Presence-Session has characters beyond ASCII");
    }

    @Test
    void allMustBeTrueOrFalse() {
        for (String query : List.of("all", "all=", "all=yes", "all=TRUE")) {
            assertBadRequest(host.post("/disconnect?" + query, "As", "u1"), "the parameter all must be true or false");
        }
    }

    @Test
    void callerWithAMalformedIdCannotBeat() {
        assertBadRequest(
                host.post("/heartbeat", "As", "x".repeat(257)),
                "a user id must have at most 256 UTF-8 bytes, this one has 257 (R11)");
    }

    @Test
    void malformedPercentEncodingIsRefused() {
        for (String ids : List.of("%", "%4", "%4x", "%-1", "u1,%zz")) {
            assertThat(host.raw("GET /status/users?ids=" + ids, "As: u1\r\n"))
                    .as(ids)
                    .startsWith("HTTP/1.1 400")
                    .contains("application/problem+json", "without two hexadecimal digits behind it");
        }
        assertThat(host.raw("POST /heartbeat?session=%", "As: u1\r\n", "Content-Length: 0\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        for (String ids : List.of("%FF", "%C3", "%C0%AF", "%ED%A0%80", "%F8%88%80%80%80")) {
            assertBadRequest("/status/users?ids=" + ids, "the URL has percent-encoded bytes that are not UTF-8");
        }
        assertThat(host.raw("GET /status/user/%FF", "As: u1\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void unencodedCharactersBeyondAsciiAreRefused() {
        assertThat(host.raw("GET /status/users?ids=\u00e9", "As: u1\r\n")).startsWith("HTTP/1.1 400");
        assertThat(host.raw("GET /status/user/\u00e9", "As: u1\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void pathsWhoseLastSegmentIsDoubtfulAreNotServed() {
        for (String path : List.of("/status/user/a%2Fb", "/status/user/u1;x=1", "/status/user/..%2fu1")) {
            assertThat(host.raw("GET " + path, "As: u1\r\n")).as(path).matches("(?s)HTTP/1.1 40[04] .*");
        }
        assertThat(host.raw("GET /status//user/u1", "As: u1\r\n"))
                .startsWith(host.mergesSlashes() ? "HTTP/1.1 200 " : "HTTP/1.1 400 ");
        assertThat(host.raw("GET /status/user/../user/u1", "As: u1\r\n")).contains("\"u1\"");
    }

    @Test
    void bodyUpToTheLimitIsAcceptedAndOneByteMoreIsNot() {
        assertThat(post(BodyPublishers.ofByteArray(new byte[1024])).statusCode())
                .isEqualTo(204);
        assertThat(post(chunked(1024)).statusCode()).isEqualTo(204);
        String detail = "no body is needed, and at most 1024 bytes are accepted";
        assertProblem(post(BodyPublishers.ofByteArray(new byte[1025])), 413, "Content Too Large", detail);
        assertProblem(post(chunked(1025)), 413, "Content Too Large", detail);
    }

    @Test
    void hostCanRefuseEveryBody() {
        try (Host strict = Host.of(parts.servlet().maximumBodyBytes(0).build())) {
            assertThat(strict.post("/heartbeat", "As", "u1").statusCode()).isEqualTo(204);
            assertThat(strict.send("POST", "/heartbeat", BodyPublishers.ofString("x"), "As", "u1")
                            .statusCode())
                    .isEqualTo(413);
            assertThat(strict.send("POST", "/heartbeat", chunked(1), "As", "u1").statusCode())
                    .isEqualTo(413);
        }
    }

    private HttpResponse<String> post(BodyPublisher body) {
        return host.send("POST", "/heartbeat", body, "As", "u1");
    }

    private static BodyPublisher chunked(int length) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[length]));
    }
}
