package dev.presence.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.HeartbeatTracker;
import dev.presence.ManualClock;
import dev.presence.PresenceStore;
import dev.presence.inmemory.CaffeinePresenceStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoServerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final ManualClock clock = ManualClock.create();
    private final PresenceStore store =
            CaffeinePresenceStore.builder().clock(clock).build();
    private final HeartbeatTracker tracker = HeartbeatTracker.create(store);
    private final SignedCookie cookies = SignedCookie.withRandomKey();
    private DemoServer server;

    @BeforeEach
    void start() throws IOException {
        server = DemoServer.start(tracker, cookies, ANY_PORT, List.of("Nadia"), TIMEOUT);
    }

    @AfterEach
    void stop() {
        server.close();
        tracker.close();
        store.close();
    }

    @Test
    void aBeatBringsAUserOnline() {
        HttpResponse<String> beat = post("/heartbeat?as=u1");

        assertThat(beat.statusCode()).isEqualTo(204);
        assertThat(beat.headers().firstValueAsLong("Presence-Next-Heartbeat").orElseThrow())
                .isBetween(9_000L, 10_000L);
        assertThat(get("/status/users?ids=u1,u2&as=u9").body()).isEqualTo("""
                        {"now":"2026-01-01T00:00:00.000Z","statuses":[\
                        {"user":"u1","status":"online","lastSeen":"2026-01-01T00:00:00.000Z","ageMillis":0},\
                        {"user":"u2","status":"offline"}]}""");
    }

    @Test
    void aUserIsOfflineOneMillisecondAfterTheTimeout() {
        post("/heartbeat?as=u1");

        clock.advance(Duration.ofSeconds(30));
        assertThat(get("/status/user/u1?as=u1").body()).contains("\"online\"");
        clock.advance(Duration.ofMillis(1));
        assertThat(get("/status/user/u1?as=u1").body()).isEqualTo("""
                        {"user":"u1","status":"offline","lastSeen":"2026-01-01T00:00:00.000Z","ageMillis":30001}""");
    }

    @Test
    void aDisconnectTakesAUserOfflineAtOnceAndKeepsLastSeen() {
        post("/heartbeat?as=u1");
        clock.advance(Duration.ofSeconds(1));

        assertThat(post("/disconnect?as=u1").statusCode()).isEqualTo(204);

        assertThat(get("/status/user/u1?as=u1").body()).isEqualTo("""
                        {"user":"u1","status":"offline","lastSeen":"2026-01-01T00:00:00.000Z","ageMillis":1000}""");
    }

    @Test
    void withoutACallerEverythingIsRefused() {
        assertThat(post("/heartbeat").statusCode()).isEqualTo(401);
        assertThat(post("/disconnect").statusCode()).isEqualTo(401);
        assertThat(get("/status/users?ids=u1").statusCode()).isEqualTo(401);
        assertThat(get("/status/user/u1").statusCode()).isEqualTo(401);
        assertThat(tracker.onlineCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?as=", "?as=%20", "?As=u1", "?has=u1", "?as"})
    void aBlankNameIsNoCaller(String query) {
        assertThat(post("/heartbeat" + query).statusCode()).isEqualTo(401);
    }

    @Test
    void aGarbledNameIsNoCaller() throws IOException {
        try (Socket raw = new Socket(
                InetAddress.getLoopbackAddress(), server.uri().getPort())) { // since the client would not send it
            raw.getOutputStream().write("POST /heartbeat?as=%zz HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
            raw.getOutputStream().flush();

            assertThat(new String(raw.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void theNameMayHoldAnything() {
        post("/heartbeat?session=s1&as=a%2Cb%26c+%F0%9F%98%80");

        assertThat(tracker.status("a,b&c+😀").isOnline()).isTrue();
    }

    @Test
    void aNameInTheBodyIsNoCaller() {
        HttpRequest form = request("/heartbeat")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("as=u1"))
                .build();

        assertThat(send(form).statusCode()).isEqualTo(401);
    }

    @Test
    void whoSignedInIsKnownByACookie() {
        HttpResponse<String> login = post("/demo/login?user=u1");

        assertThat(login.statusCode()).isEqualTo(204);
        String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).startsWith("presence-demo=").contains("Path=/", "HttpOnly", "SameSite=Lax");
        assertThat(beatWithCookie(cookie.substring(0, cookie.indexOf(';'))).statusCode())
                .isEqualTo(204);
        assertThat(tracker.status("u1").isOnline()).isTrue();
    }

    @Test
    void aTamperedCookieIsNoCaller() {
        String forged = SignedCookie.withRandomKey().seal("u1");

        assertThat(beatWithCookie("presence-demo=" + forged).statusCode()).isEqualTo(401);
        assertThat(beatWithCookie("presence-demo=u1").statusCode()).isEqualTo(401);
        assertThat(beatWithCookie("presence-demo=").statusCode()).isEqualTo(401);
        assertThat(beatWithCookie("other=" + cookies.seal("u1")).statusCode()).isEqualTo(401);
    }

    @Test
    void theNameInTheUrlGoesBeforeTheCookie() {
        HttpRequest beat = request("/heartbeat?as=u2")
                .header("Cookie", "presence-demo=" + cookies.seal("u1"))
                .POST(BodyPublishers.noBody())
                .build();

        assertThat(send(beat).statusCode()).isEqualTo(204);
        assertThat(tracker.status("u1").isOnline()).isFalse();
        assertThat(tracker.status("u2").isOnline()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/demo/login", "/demo/login?user=", "/demo/login?user=a%00b"})
    void nobodySignsInWithAMalformedId(String path) {
        HttpResponse<String> login = post(path);

        assertThat(login.statusCode()).isEqualTo(400);
        assertThat(login.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/heartbeat?as=u1", "/disconnect?as=u1", "/demo/login?user=u1"})
    void pagesOfOtherOriginsAreRefused(String path) {
        assertThat(postFrom("https://evil.example", path).statusCode()).isEqualTo(403);
        assertThat(postFrom("null", path).statusCode()).isEqualTo(403);
        assertThat(postFrom(server.uri().toString(), path).statusCode()).isEqualTo(204);
    }

    @Test
    void nobodySignsInByALink() {
        assertThat(get("/demo/login?user=u1").statusCode()).isEqualTo(405);
    }

    @Test
    void theFirstPageSaysWhatToTry() {
        HttpResponse<String> page = get("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/plain;charset=utf-8");
        assertThat(page.body())
                .isEqualTo(server.welcome())
                .contains("curl -i -X POST '" + server.uri() + "/heartbeat?as=u1'", "DEMO ONLY: ?as=u1");
    }

    @Test
    void aBrowserGetsThePageAtTheSameAddress() {
        HttpResponse<String> page =
                send(request("/").header("Accept", "text/html,*/*;q=0.8").build());

        assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=utf-8");
        assertThat(page.headers().firstValue("Vary")).contains("Accept");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'self';");
        assertThat(page.body()).startsWith("<!doctype html>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"page.css", "page.js", "people.js", "chart.js", "tabs.js", "icon.svg"})
    void whatThePageNeedsIsServed(String file) {
        assertThat(get("/demo/page/" + file).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/demo/page/", "/demo/page/logback.xml", "/demo/page/PageServlet.class"})
    void nothingElseIs(String path) {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void thePageIsToldOfVisitorsApartFromTheSimulated() {
        post("/heartbeat?as=u1");
        post("/heartbeat?as=Nadia");
        clock.runDue();

        assertThat(get("/demo/people").body()).isEqualTo("{\"visitors\":[\"u1\"],\"simulated\":[\"Nadia\"]}");
        assertThat(get("/demo/crowd?since=none").body())
                .startsWith("{\"from\":0,\"online\":[")
                .endsWith("],\"people\":1,\"timeoutMillis\":30000}");
    }

    @Test
    void theServerKeepsItsVersionToItself() {
        assertThat(get("/").headers().firstValue("Server")).isEmpty();
    }

    @Test
    void afterTheServerIsClosedItsPortIsFree() throws IOException {
        URI before = server.uri();
        server.close();

        server = DemoServer.start(
                tracker,
                cookies,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), before.getPort()),
                List.of(),
                TIMEOUT);

        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> get(String path) {
        return send(request(path).build());
    }

    private HttpResponse<String> post(String path) {
        return send(request(path).POST(BodyPublishers.noBody()).build());
    }

    private HttpResponse<String> postFrom(String origin, String path) {
        return send(request(path)
                .header("Origin", origin)
                .POST(BodyPublishers.noBody())
                .build());
    }

    private HttpResponse<String> beatWithCookie(String cookie) {
        return send(request("/heartbeat")
                .header("Cookie", cookie)
                .POST(BodyPublishers.noBody())
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.uri() + path));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
