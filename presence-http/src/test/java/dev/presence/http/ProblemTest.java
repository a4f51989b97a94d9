package dev.presence.http;

import static dev.presence.http.ProblemDetails.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.PresenceStoreException;
import dev.presence.WhenUnavailable;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is answered when a well-formed request is not served: to the wrong path, by the wrong caller, or in bad times. */
class ProblemTest {
    private final Parts parts = Parts.create();
    private final Host host = Host.of(parts.servlet().build());

    @AfterEach
    void stop() {
        host.close();
        parts.close();
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
                new PresenceStoreException("secret"))) {
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
