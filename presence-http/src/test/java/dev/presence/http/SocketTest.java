package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Presence over a WebSocket. */
final class SocketTest {
    private final Parts parts = Parts.create();
    private Host host = host(settings -> settings);

    private Host host(UnaryOperator<PresenceSocketBuilder> settings) {
        PresenceSocketBuilder sockets = PresenceSocketBuilder.of(parts.tracker)
                .caller(request -> request.getHeaders().entrySet().stream()
                        .filter(header -> header.getKey().equalsIgnoreCase("As"))
                        .map(header -> header.getValue().get(0))
                        .findFirst());
        return Host.of(parts.servlet().build(), settings.apply(sockets));
    }

    private void given(UnaryOperator<PresenceSocketBuilder> settings) {
        host.close();
        host = host(settings);
    }

    @AfterEach
    void close() {
        host.close();
        parts.close();
    }

    private OpenSocket socket(String... headers) {
        return new OpenSocket(host, parts.clock, "/presence?session=tab", headers);
    }

    private OpenSocket eve() {
        return socket("As", "eve");
    }

    @Test
    void openingIsAHeartbeatAndTellsWhenToBeatNext() {
        try (OpenSocket eve = eve()) {
            assertThat(eve.next("next")).matches("\\{\"type\":\"next\",\"millis\":\\d+}");
            assertThat(parts.tracker.status("eve").isOnline()).isTrue();
            parts.clock.advance(Duration.ofSeconds(20));
            eve.say("{\"type\":\"heartbeat\"}");
            eve.next("next");
            assertThat(parts.tracker.status("eve").age()).contains(Duration.ZERO);
        }
    }

    @Test
    void socketOpenedWhileTheStoreIsAwayBeatsAllTheSame() {
        try (Parts away = Parts.distantStore(settings -> settings)) {
            away.storeIsDown();
            host.close();
            host = Host.of(
                    away.servlet().build(),
                    PresenceSocketBuilder.of(away.tracker).caller(request -> Optional.of("eve")));
            try (OpenSocket eve = new OpenSocket(host, away.clock, "/presence?session=tab")) {
                eve.next("next");
                eve.say("{\"type\":\"watch\",\"ids\":[\"ada\"]}");
                assertThat(eve.next("error")).contains("the presence store does not answer");
                eve.say("{\"type\":\"heartbeat\"}");
                eve.next("next");
                away.storeIsBack();
                away.clock.advance(Duration.ofSeconds(2)); // what was accepted is recorded
                eve.say("{\"type\":\"watch\",\"ids\":[\"eve\"]}");
                assertThat(eve.next("snapshot")).contains("\"online\"");
            }
        }
    }

    @Test
    void watchedUsersAreTold() {
        parts.tracker.heartbeat("ada");
        try (OpenSocket eve = eve()) {
            eve.say("{\"type\":\"watch\",\"ids\":[\"bob\",\"ada\"]}");
            assertThat(eve.next("snapshot"))
                    .isEqualTo("{\"type\":\"snapshot\",\"now\":\"2026-01-01T00:00:00.000Z\",\"statuses\":["
                            + "{\"user\":\"bob\",\"status\":\"offline\"},{\"user\":\"ada\",\"status\":\"online\","
                            + "\"lastSeen\":\"2026-01-01T00:00:00.000Z\",\"ageMillis\":0}]}");
            parts.tracker.disconnect("ada");
            assertThat(eve.next("transition"))
                    .startsWith("{\"type\":\"transition\",\"user\":\"ada\",\"status\":\"offline\",\"at\":");
            eve.say("{\"type\":\"unwatch\",\"ids\":[\"ada\"],\"more\":{\"of\":[1]}}");
            eve.say("{\"type\":\"watch\",\"ids\":[\"cleo\"]}");
            eve.next("cleo");
            parts.tracker.heartbeat("ada");
            parts.tracker.heartbeat("cleo");
            assertThat(eve.next("transition")).contains("cleo");
        }
    }

    @Test
    void hiddenUserLooksLikeOneNobodyHasHeardOf() {
        given(settings -> settings.visibility(Visibility.of((caller, user) -> !user.equals("ada"))));
        parts.tracker.heartbeat("ada");
        try (OpenSocket eve = eve()) {
            eve.say("{\"type\":\"watch\",\"ids\":[\"ada\",\"bob\"]}");
            assertThat(eve.next("snapshot"))
                    .endsWith("[{\"user\":\"ada\",\"status\":\"offline\"},{\"user\":\"bob\",\"status\":\"offline\"}]}");
            parts.tracker.disconnect("ada");
            parts.tracker.heartbeat("bob");
            assertThat(eve.next("transition")).contains("bob");
        }
    }

    @Test
    void disconnectEndsTheSessionAtOnceAndClosingDoesNot() {
        OpenSocket eve = eve();
        eve.next("next");
        eve.say("{\"type\":\"disconnect\"}");
        eve.say("{\"type\":\"watch\",\"ids\":[\"eve\"]}");
        assertThat(eve.next("snapshot")).contains("\"offline\"");
        eve.say("{\"type\":\"heartbeat\"}");
        assertThat(eve.next("transition")).contains("\"online\"");
        eve.close();
        parts.clock.advance(Duration.ofSeconds(30));
        assertThat(parts.tracker.status("eve").isOnline()).isTrue();
        parts.clock.advance(Duration.ofMillis(1));
        assertThat(parts.tracker.status("eve").isOnline()).isFalse();
    }

    @Test
    void pageOfAnotherOriginIsRefused() {
        given(settings -> settings.trustedOrigins("https://trusted.example"));
        try (OpenSocket foreign = socket("As", "eve", "Origin", "https://evil.example");
                OpenSocket opaque = socket("As", "eve", "Origin", "null")) {
            assertThat(foreign.next("closed")).isEqualTo("closed 1008 the request comes from a page of another origin");
            opaque.next("closed 1008");
        }
        assertThat(parts.tracker.status("eve").isOnline()).isFalse();
        try (OpenSocket own = socket("As", "eve", "Origin", "http://" + host.authority());
                OpenSocket trusted = socket("As", "eve", "Origin", "https://trusted.example")) {
            own.next("next");
            trusted.next("next");
        }
    }

    @Test
    void nobodyIsRefused() {
        try (OpenSocket socket = socket();
                OpenSocket tooLong = socket("As", "e".repeat(257))) {
            assertThat(socket.next("closed")).isEqualTo("closed 1008 nobody is signed in");
            assertThat(tooLong.next("closed")).isEqualTo("closed 1008 the caller's id is malformed");
        }
    }

    @Test
    void whatIsNotUnderstoodIsAnError() {
        given(settings -> settings.maximumIds(2));
        try (OpenSocket eve = eve()) {
            for (String wrong : new String[] {
                "",
                "[]",
                "{",
                "{\"type\":\"dance\"}",
                "{\"type\":\"watch\",\"ids\":[1]}",
                "{\"ids\":[]}",
                "{\"type\":3}",
                "{\"type\":\"watch\",\"ids\":[\"a\",\"b\",\"c\"]}",
                "{\"type\":\"watch\",\"ids\":[]} x"
            }) {
                eve.say(wrong);
                assertThat(eve.next("error")).contains("is no message that is understood");
            }
            eve.say("{\"type\":\"watch\",\"ids\":[\" \"]}");
            assertThat(eve.next("error")).contains("blank");
            eve.say("{\"type\":\"watch\",\"ids\":[\"a\",\"b\"]}");
            eve.next("snapshot");
            eve.say("{\"type\":\"watch\",\"ids\":[\"c\"]}");
            assertThat(eve.next("error")).contains("at most 2 users can be watched");
        }
    }

    @Test
    void limitsHold() {
        given(settings -> settings.maximumSocketsPerCaller(1).maximumSockets(2));
        try (OpenSocket eve = eve();
                OpenSocket ada = socket("As", "ada")) {
            eve.next("next");
            ada.next("next");
            assertThat(eve().next("closed")).isEqualTo("closed 1013 too many sockets are open");
            assertThat(socket("As", "bob").next("closed")).isEqualTo("closed 1013 too many sockets are open");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PresenceSocketBuilder.of(parts.tracker).maximumIds(0))
                .withMessage("maximumIds must be at least 1, not 0");
    }

    @Test
    void longRosterFits() {
        String ids = IntStream.range(0, 500)
                .mapToObj(i -> "\"" + "\u20ac".repeat(80) + i + "\"")
                .collect(Collectors.joining(","));
        try (OpenSocket eve = eve()) {
            eve.say("{\"type\":\"watch\",\"ids\":[" + ids + "]}");
            assertThat(eve.next("snapshot")).contains("499");
        }
    }

    @Test
    void defaultCallerIsThePrincipal() {
        host.close();
        host = Host.of(parts.servlet().build(), PresenceSocketBuilder.of(parts.tracker));
        try (OpenSocket nobody = eve()) {
            nobody.next("closed 1008");
        }
        assertThat(parts.tracker.status("eve").isOnline()).isFalse();
    }
}
