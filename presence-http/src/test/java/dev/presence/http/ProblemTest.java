package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.WhenUnavailable;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is answered when something is wrong. */
class ProblemTest {
    private final Parts parts = Parts.create();
    private final Host host = Host.of(parts.servlet().build());

    @AfterEach
    void stop() {
        host.close();
        parts.close();
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String title, String detail) {
        assertThat(answer.body())
                .isEqualTo("{\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\"" + detail + "\"}");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    private void assertBadRequest(String target, String detail) {
        assertProblem(host.get(target, "As", "u1"), 400, "Bad Request", detail);
    }

    private static String ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "u" + i).collect(Collectors.joining(","));
    }

    @Test
    void unknownPathsAreNotFound() {
        for (String path :
                List.of("/", "/status", "/status/user", "/status/users/", "/heartbeat/", "/Heartbeat", "/status/x")) {
            assertProblem(host.get(path, "As", "u1"), 404, "Not Found", "there is nothing at this path");
        }
        assertProblem(host.get("/status/user/a/b", "As", "u1"), 404, "Not Found", "there is nothing at this path");
    }

    @Test
    void otherMethodsAreRefusedWithThoseThatServe() {
        for (String path : List.of("/heartbeat", "/disconnect")) {
            HttpResponse<String> answer = host.get(path, "As", "u1");
            assertProblem(answer, 405, "Method Not Allowed", "this path is served to POST, OPTIONS");
            assertThat(answer.headers().firstValue("Allow")).hasValue("POST, OPTIONS");
        }
        for (String path : List.of("/status/users?ids=u1", "/status/user/u1")) {
            HttpResponse<String> answer = host.post(path, "As", "u1");
            assertProblem(answer, 405, "Method Not Allowed", "this path is served to GET, HEAD, OPTIONS");
            assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
        }
        assertThat(host.send("HEAD", "/heartbeat", BodyPublishers.noBody(), "As", "u1")
                        .statusCode())
                .isEqualTo(405);
        assertThat(host.send("DELETE", "/heartbeat", BodyPublishers.noBody(), "As", "u1")
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void nobodyIsServedWithoutACaller() {
        for (HttpResponse<String> answer : List.of(
                host.post("/heartbeat"),
                host.post("/disconnect?all=true"),
                host.get("/status/users?ids=u1"),
                host.get("/status/user/u1"))) {
            assertProblem(answer, 401, "Unauthorized", "nobody is signed in");
        }
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
        assertProblem(host.post("/heartbeat?session=", "As", "u1"), 400, "Bad Request", blank);
        assertProblem(host.post("/heartbeat?session", "As", "u1"), 400, "Bad Request", blank);
        assertProblem(host.post("/disconnect?session=%20", "As", "u1"), 400, "Bad Request", blank);
        assertThat(host.raw("POST /heartbeat", "As: u1\r\n", "Presence-Session: \r\n", "Content-Length: 0\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains(blank);
        assertProblem(
                host.post("/heartbeat?session=" + "x".repeat(257), "As", "u1"),
                400,
                "Bad Request",
                "a session id must have at most 256 UTF-8 bytes, this one has 257 (R11)");
        assertThat(parts.tracker.onlineCount()).isZero();
    }

    @Test
    void sessionGivenTwiceIsRefused() {
        String twice = "the session is given more than once";
        assertProblem(
                host.post("/heartbeat?session=a", "As", "u1", "Presence-Session", "a"), 400, "Bad Request", twice);
        assertProblem(
                host.post("/heartbeat", "As", "u1", "Presence-Session", "a", "Presence-Session", "b"),
                400,
                "Bad Request",
                twice);
        assertProblem(
                host.post("/heartbeat?session=a&session=a", "As", "u1"),
                400,
                "Bad Request",
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
            assertProblem(
                    host.post("/disconnect?" + query, "As", "u1"),
                    400,
                    "Bad Request",
                    "the parameter all must be true or false");
        }
    }

    @Test
    void callerWithAMalformedIdCannotBeat() {
        assertProblem(
                host.post("/heartbeat", "As", "x".repeat(257)),
                400,
                "Bad Request",
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
        for (String path :
                List.of("/status/user/a%2Fb", "/status/user/u1;x=1", "/status/user/..%2fu1", "/status//user/u1")) {
            assertThat(host.raw("GET " + path, "As: u1\r\n")).as(path).matches("(?s)HTTP/1.1 40[04] .*");
        }
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

    @Test
    void requestsFromOtherSitesAreRefused() {
        for (String path : List.of("/heartbeat", "/disconnect?all=true")) {
            assertProblem(
                    host.post(path, "As", "u1", "Sec-Fetch-Site", "cross-site"),
                    403,
                    "Forbidden",
                    "the request comes from a page of another origin");
            assertThat(host.post(path, "As", "u1", "Origin", "https://evil.example")
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(parts.tracker.onlineCount()).isZero();
        assertThat(host.post("/heartbeat", "As", "u1", "Origin", "http://" + host.authority())
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void hostCanDecideOfItselfWhatToRefuse() {
        CsrfCheck token = request -> "t".equals(request.getHeader("Token"));
        try (Host checking = Host.of(parts.servlet().csrf(token).build())) {
            assertThat(checking.post("/heartbeat", "As", "u1").statusCode()).isEqualTo(403);
            assertThat(checking.post("/heartbeat", "As", "u1", "Token", "t", "Sec-Fetch-Site", "cross-site")
                            .statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    void readsAreNotAskedWhereTheyComeFrom() {
        assertThat(host.get("/status/user/u1", "As", "u1", "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void callersAboveTheirRateAreToldWhenToAskAgain() {
        RateLimit limit =
                (caller, request) -> caller.equals("busy") ? Optional.of(Duration.ofMillis(2001)) : Optional.empty();
        try (Host limited = Host.of(parts.servlet().rateLimit(limit).build())) {
            for (HttpResponse<String> answer :
                    List.of(limited.post("/heartbeat", "As", "busy"), limited.get("/status/user/u1", "As", "busy"))) {
                assertProblem(answer, 429, "Too Many Requests", "ask again later");
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("3");
            }
            assertThat(parts.tracker.onlineCount()).isZero();
            assertThat(limited.post("/heartbeat", "As", "u1").statusCode()).isEqualTo(204);
        }
    }

    @Test
    void retryAfterIsWholeSecondsRoundedUpAndAtLeastOne() {
        assertThat(retryAfter(Duration.ZERO)).isEqualTo("1");
        assertThat(retryAfter(Duration.ofSeconds(-5))).isEqualTo("1");
        assertThat(retryAfter(Duration.ofNanos(1))).isEqualTo("1");
        assertThat(retryAfter(Duration.ofSeconds(1))).isEqualTo("1");
        assertThat(retryAfter(Duration.ofSeconds(1).plusNanos(1))).isEqualTo("2");
    }

    private static String retryAfter(Duration wait) {
        return Problem.tooManyRequests(wait).answer().headers().get("Retry-After");
    }

    @Test
    void readsAreUnavailableWhileTheStoreIs() {
        try (Parts distant = Parts.distantStore(settings -> settings);
                Host far = Host.of(distant.servlet().build())) {
            distant.storeIsDown();
            for (String target : List.of("/status/users?ids=u1", "/status/user/u1")) {
                HttpResponse<String> answer = far.get(target, "As", "u1");
                assertProblem(answer, 503, "Service Unavailable", "the presence store does not answer");
                assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow())
                        .isBetween(9L, 10L);
            }
        }
    }

    @Test
    void heartbeatsAreAcceptedWhileTheStoreIsDown() {
        try (Parts distant = Parts.distantStore(settings -> settings.closeTimeout(Duration.ofMillis(1)));
                Host far = Host.of(distant.servlet().build())) {
            distant.storeIsDown();
            assertThat(far.post("/heartbeat", "As", "u1").statusCode()).isEqualTo(204);
            assertThat(far.post("/disconnect", "As", "u1").statusCode()).isEqualTo(204);
        }
    }

    @Test
    void staleAnswersSaySo() {
        try (Parts distant = Parts.distantStore(settings -> settings.whenUnavailable(WhenUnavailable.LAST_KNOWN));
                Host far = Host.of(distant.servlet().build())) {
            far.post("/heartbeat", "As", "u1");
            distant.tracker.flush();
            assertThat(far.get("/status/user/u1", "As", "u1").body()).doesNotContain("stale");

            distant.storeIsDown();

            assertThat(far.get("/status/user/u1", "As", "u1").body())
                    .isEqualTo("{\"user\":\"u1\",\"status\":\"online\",\"lastSeen\":\"2026-01-01T00:00:00.000Z\","
                            + "\"ageMillis\":0,\"stale\":true}");
        }
    }

    @Test
    void closedTrackerIsUnavailable() {
        parts.tracker.close();
        for (HttpResponse<String> answer :
                List.of(host.post("/heartbeat", "As", "u1"), host.get("/status/user/u1", "As", "u1"))) {
            assertProblem(answer, 503, "Service Unavailable", "presence is shutting down");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void surprisesAreAnsweredWithoutInternals() {
        for (RuntimeException surprise : List.of(
                new IllegalStateException("secret"),
                new IllegalArgumentException("secret"),
                new dev.presence.PresenceStoreException("secret"))) {
            Visibility broken = (caller, users) -> {
                throw surprise;
            };
            try (Host surprised = Host.of(parts.servlet().visibility(broken).build())) {
                assertProblem(
                        surprised.get("/status/user/u1", "As", "u1"),
                        500,
                        "Internal Server Error",
                        "the request could not be served");
            }
        }
    }
}
