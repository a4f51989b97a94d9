package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.UserStatus;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The calls as a client makes them. */
class PresenceServletTest {
    private final Parts parts = Parts.create();
    private final Host host = Host.of(parts.servlet().build());

    @AfterEach
    void stop() {
        host.close();
        parts.close();
    }

    @Test
    void heartbeatTurnsTheCallerOnline() {
        HttpResponse<String> answer = host.post("/heartbeat", "As", "u1");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(parts.tracker.status("u1").isOnline()).isTrue();
    }

    @Test
    void heartbeatTellsWhenToBeatNext() {
        long next = host.post("/heartbeat", "As", "u1")
                .headers()
                .firstValueAsLong("Presence-Next-Heartbeat")
                .orElseThrow();

        assertThat(next).isBetween(9_000L, 10_000L);
    }

    @Test
    void everyAnswerForbidsCaching() {
        assertThat(List.of(
                        host.post("/heartbeat", "As", "u1"),
                        host.post("/disconnect", "As", "u1"),
                        host.get("/status/users?ids=u1", "As", "u1"),
                        host.get("/status/user/u1", "As", "u1"),
                        host.get("/status/user/u1"),
                        host.get("/elsewhere"),
                        host.get("/heartbeat"),
                        host.send("OPTIONS", "/heartbeat", BodyPublishers.noBody())))
                .allSatisfy(answer ->
                        assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store"));
    }

    @Test
    void oneStatusHasThisShape() {
        host.post("/heartbeat", "As", "u1");
        parts.clock.advance(Duration.ofMillis(1234));

        HttpResponse<String> answer = host.get("/status/user/u1", "As", "u2");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"user\":\"u1\",\"status\":\"online\",\"lastSeen\":\"2026-01-01T00:00:00.000Z\",\"ageMillis\":1234}");
    }

    @Test
    void batchHasThisShape() {
        host.post("/heartbeat", "As", "u1");
        parts.clock.advance(Duration.ofMillis(30_001));
        host.post("/heartbeat", "As", "u2");

        HttpResponse<String> answer = host.get("/status/users?ids=u3,u2,u1", "As", "u1");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"now\":\"2026-01-01T00:00:30.001Z\",\"statuses\":["
                                + "{\"user\":\"u3\",\"status\":\"offline\"},"
                                + "{\"user\":\"u2\",\"status\":\"online\",\"lastSeen\":\"2026-01-01T00:00:30.001Z\",\"ageMillis\":0},"
                                + "{\"user\":\"u1\",\"status\":\"offline\",\"lastSeen\":\"2026-01-01T00:00:00.000Z\",\"ageMillis\":30001}]}");
    }

    @Test
    void userIsOnlineUpToTheTimeoutAndOfflineTheNextMillisecond() {
        host.post("/heartbeat", "As", "u1");
        parts.clock.advance(Duration.ofSeconds(30));
        assertThat(host.get("/status/user/u1", "As", "u2").body()).contains("\"online\"", "\"ageMillis\":30000");

        parts.clock.advance(Duration.ofMillis(1));
        assertThat(host.get("/status/user/u1", "As", "u2").body()).contains("\"offline\"", "\"ageMillis\":30001");
    }

    @Test
    void idsMayRepeatInOneParameterAndOverSeveral() {
        String body =
                host.get("/status/users?ids=u2,u1&other=x&ids=u2", "As", "u1").body();

        assertThat(body)
                .endsWith("[{\"user\":\"u2\",\"status\":\"offline\"},{\"user\":\"u1\",\"status\":\"offline\"},"
                        + "{\"user\":\"u2\",\"status\":\"offline\"}]}");
    }

    @Test
    void emptyIdsAskForNobody() {
        HttpResponse<String> answer = host.get("/status/users?ids=", "As", "u1");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"now\":\"2026-01-01T00:00:00.000Z\",\"statuses\":[]}");
    }

    @Test
    void batchTakesAnyId() {
        List<String> ids =
                List.of("a,b", "a/b", "100%", "\uD83D\uDE00", "a+b", "a b", "é", "\"\\", "a\nb", "..", "x;y&z=1#?");
        ids.forEach(parts.tracker::heartbeat);

        String body = host.get(
                        "/status/users?ids=a%2Cb,a%2Fb,100%25,%F0%9F%98%80,a+b,a%20b,%c3%A9,%22%5C,a%0Ab,..,x%3By%26z%3D1%23%3F",
                        "As", "u1")
                .body();

        assertThat(body).doesNotContain("offline");
        assertThat(body.split("\"user\":", -1)).hasSize(ids.size() + 1);
        assertThat(body)
                .contains("\"a,b\"", "\"a/b\"", "\"100%\"", "\"\uD83D\uDE00\"", "\"a+b\"", "\"a b\"", "\"é\"")
                .contains("\"\\\"\\\\\"", "\"a\\nb\"", "\"..\"", "\"x;y&z=1#?\"");
    }

    @Test
    void pathTakesIdsThatFitASegment() {
        for (String id : List.of("a,b", "\uD83D\uDE00", "a+b", "a b", "é", "x;y&z=1#?", "heartbeat", "a:b@c")) {
            parts.tracker.heartbeat(id);
        }
        for (String segment : List.of(
                "a,b",
                "a%2Cb",
                "%F0%9F%98%80",
                "a+b",
                "a%20b",
                "%c3%a9",
                "x%3By%26z%3D1%23%3F",
                "heartbeat",
                "a:b@c")) {
            HttpResponse<String> answer = host.get("/status/user/" + segment, "As", "u1");
            assertThat(answer.statusCode()).as(segment).isEqualTo(200);
            assertThat(answer.body()).as(segment).contains("\"online\"");
        }
    }

    @Test
    void fiveHundredLongIdsFitABatch() {
        String ids = ("," + "%C3%A9".repeat(127)).repeat(500).substring(1);

        HttpResponse<String> answer = host.get("/status/users?ids=" + ids, "As", "u1");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().split("\"user\":", -1)).hasSize(501);
    }

    @Test
    void sessionComesFromTheHeader() {
        host.post("/heartbeat", "As", "u1", "Presence-Session", "phone/1 %20~");
        parts.tracker.disconnect("u1");
        assertThat(parts.tracker.status("u1").isOnline()).isTrue();

        parts.tracker.disconnect("u1", "phone/1 %20~");
        assertThat(parts.tracker.status("u1").isOnline()).isFalse();
    }

    @Test
    void sessionComesFromTheQueryDecoded() {
        host.post("/heartbeat?session=tab%201%2C%F0%9F%98%80", "As", "u1");
        parts.tracker.disconnect("u1");
        assertThat(parts.tracker.status("u1").isOnline()).isTrue();

        parts.tracker.disconnect("u1", "tab 1,\uD83D\uDE00");
        assertThat(parts.tracker.status("u1").isOnline()).isFalse();
    }

    @Test
    void disconnectEndsTheSessionAtOnceAndKeepsLastSeen() {
        host.post("/heartbeat", "As", "u1");
        parts.clock.advance(Duration.ofSeconds(1));

        HttpResponse<String> answer = host.post("/disconnect", "As", "u1");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Presence-Next-Heartbeat")).isEmpty();
        UserStatus status = parts.tracker.status("u1");
        assertThat(status.isOnline()).isFalse();
        assertThat(status.age()).hasValue(Duration.ofSeconds(1));
    }

    @Test
    void disconnectEndsOnlyItsOwnSession() {
        host.post("/heartbeat?session=a", "As", "u1");
        host.post("/heartbeat?session=b", "As", "u1");

        host.post("/disconnect?session=a", "As", "u1");
        assertThat(parts.tracker.status("u1").isOnline()).isTrue();

        host.post("/disconnect?all=false", "As", "u1", "Presence-Session", "b");
        assertThat(parts.tracker.status("u1").isOnline()).isFalse();
    }

    @Test
    void disconnectAllEndsEverySessionOfTheCallerOnly() {
        host.post("/heartbeat?session=a", "As", "u1");
        host.post("/heartbeat?session=b", "As", "u1");
        host.post("/heartbeat", "As", "u1");
        host.post("/heartbeat", "As", "u2");

        HttpResponse<String> answer = host.post("/disconnect?all=true&session=a", "As", "u1");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(parts.tracker.status("u1").isOnline()).isFalse();
        assertThat(parts.tracker.status("u2").isOnline()).isTrue();
    }

    @Test
    void beaconWithASmallBodyIsServed() {
        HttpResponse<String> answer = host.send(
                "POST",
                "/disconnect?session=a",
                BodyPublishers.ofString("session=b&all=true"),
                "As",
                "u1",
                "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(answer.statusCode()).isEqualTo(204);
    }

    @Test
    void parametersInABodyAreNotRead() {
        host.post("/heartbeat?session=b", "As", "u1");

        host.send(
                "POST",
                "/disconnect?session=a",
                BodyPublishers.ofString("all=true"),
                "As",
                "u1",
                "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(parts.tracker.status("u1").isOnline()).isTrue();
    }

    @Test
    void headIsAGetWithoutBody() {
        HttpResponse<String> get = host.get("/status/user/u1", "As", "u1");
        HttpResponse<String> head = host.send("HEAD", "/status/user/u1", BodyPublishers.noBody(), "As", "u1");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length"))
                .hasValue(Integer.toString(get.body().length()));
        assertThat(host.raw("HEAD /status/user/u1", "As: u1\r\n")).endsWith("\r\n\r\n");
    }

    @Test
    void optionsTellTheMethodsToAnyone() {
        HttpResponse<String> post = host.send("OPTIONS", "/heartbeat", BodyPublishers.noBody());
        HttpResponse<String> get = host.send("OPTIONS", "/status/user/u1", BodyPublishers.noBody());

        assertThat(post.statusCode()).isEqualTo(204);
        assertThat(post.headers().firstValue("Allow")).hasValue("POST, OPTIONS");
        assertThat(get.statusCode()).isEqualTo(204);
        assertThat(get.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
    }

    @Test
    void servesBelowAContextPathAndAPrefix() {
        parts.tracker.heartbeat("a b");
        try (Host below = Host.of(parts.servlet().build(), "/app", "/presence/*")) {
            assertThat(below.post("/app/presence/heartbeat", "As", "u1").statusCode())
                    .isEqualTo(204);
            assertThat(below.get("/app/presence/status/users?ids=u1", "As", "u2")
                            .body())
                    .contains("\"online\"");
            assertThat(below.get("/app/presence/status/user/a%20b", "As", "u2").body())
                    .startsWith("{\"user\":\"a b\",\"status\":\"online\"");
            assertThat(below.get("/app/presence", "As", "u2").statusCode()).isEqualTo(404);
            assertThat(below.get("/app/presence/", "As", "u2").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void callerIsThePrincipalByDefault() {
        Principal principal = () -> "u1";
        PresenceServlet servlet = PresenceServlet.builder(parts.tracker).build();
        try (Host signedIn = Host.of(
                        servlet,
                        (request, response, chain) -> chain.doFilter(
                                new HttpServletRequestWrapper((HttpServletRequest) request) {
                                    @Override
                                    public Principal getUserPrincipal() {
                                        return principal;
                                    }
                                },
                                response));
                Host signedOut = Host.of(PresenceServlet.builder(parts.tracker).build())) {
            assertThat(signedOut.post("/heartbeat").statusCode()).isEqualTo(401);
            assertThat(parts.tracker.onlineCount()).isZero();

            assertThat(signedIn.post("/heartbeat").statusCode()).isEqualTo(204);
            assertThat(parts.tracker.status("u1").isOnline()).isTrue();
        }
    }
}
