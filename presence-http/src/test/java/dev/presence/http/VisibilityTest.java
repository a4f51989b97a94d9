package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.WhenUnavailable;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A hidden user is one nobody has ever heard of. */
class VisibilityTest {
    private static final Visibility ONLY_FRIENDS = Visibility.of((caller, user) -> user.startsWith("friend"));

    private static Map<String, List<String>> headers(HttpResponse<String> answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
        headers.remove("date");
        return headers;
    }

    private static void assertHiddenIsLikeUnknown(Host host, Function<String, String> target) {
        HttpResponse<String> hidden = host.get(target.apply("hidden"), "As", "u1");
        HttpResponse<String> unknown = host.get(target.apply("nobody"), "As", "u1");
        assertThat(hidden.statusCode()).isEqualTo(200).isEqualTo(unknown.statusCode());
        assertThat(hidden.body()).contains("hidden").isEqualTo(unknown.body().replace("nobody", "hidden"));
        assertThat(headers(hidden)).isEqualTo(headers(unknown));
    }

    @Test
    void hiddenUserIsAnsweredByteForByteLikeAnUnknownOne() {
        try (Parts parts = Parts.create();
                Host host = Host.of(parts.servlet().visibility(ONLY_FRIENDS).build())) {
            parts.tracker.heartbeat("hidden");
            parts.tracker.heartbeat("friend");

            assertHiddenIsLikeUnknown(host, id -> "/status/user/" + id);
            assertHiddenIsLikeUnknown(host, id -> "/status/users?ids=friend," + id + ",friend," + id);
            assertThat(host.get("/status/user/hidden", "As", "u1").body())
                    .isEqualTo("{\"user\":\"hidden\",\"status\":\"offline\"}");
            assertThat(host.get("/status/users?ids=hidden,friend", "As", "u1").body())
                    .isEqualTo("{\"now\":\"2026-01-01T00:00:00.000Z\",\"statuses\":["
                            + "{\"user\":\"hidden\",\"status\":\"offline\"},{\"user\":\"friend\",\"status\":\"online\","
                            + "\"lastSeen\":\"2026-01-01T00:00:00.000Z\",\"ageMillis\":0}]}");
        }
    }

    @Test
    void hiddenUserIsAsStaleAsAnUnknownOneWhenTheTrackerAnswersFromMemory() {
        try (Parts parts = Parts.distantStore(settings -> settings.whenUnavailable(WhenUnavailable.LAST_KNOWN));
                Host host = Host.of(parts.servlet().visibility(ONLY_FRIENDS).build())) {
            parts.tracker.heartbeat("hidden");
            parts.tracker.flush();
            assertHiddenIsLikeUnknown(host, id -> "/status/user/" + id);

            parts.storeIsDown();

            assertHiddenIsLikeUnknown(host, id -> "/status/user/" + id);
            assertThat(host.get("/status/user/hidden", "As", "u1").body())
                    .isEqualTo("{\"user\":\"hidden\",\"status\":\"offline\",\"stale\":true}");
        }
    }

    @Test
    void storeIsAskedForAsManyIdsAndNeverForTheHiddenOne() {
        try (Parts parts = Parts.distantStore(settings -> settings);
                Host host = Host.of(parts.servlet().visibility(ONLY_FRIENDS).build())) {
            host.get("/status/users?ids=hidden,friend1,veiled,hidden,friend2", "As", "u1");

            assertThat(parts.asked).hasSize(1);
            List<String> ids = new ArrayList<>();
            parts.asked.get(0).forEach(id -> ids.add((String) id));
            assertThat(ids).hasSize(4).contains("friend1", "friend2").doesNotContain("hidden", "veiled");
        }
    }

    @Test
    void hookSeesTheCallerAndEachIdOnce() {
        List<String> calls = new ArrayList<>();
        Visibility recording = (caller, users) -> {
            calls.add(caller + " " + users);
            return Set.of("u3", "stranger");
        };
        try (Parts parts = Parts.create();
                Host host = Host.of(parts.servlet().visibility(recording).build())) {
            parts.tracker.heartbeat("stranger");
            String body = host.get("/status/users?ids=u2,u3,u2", "As", "u1").body();

            assertThat(calls).containsExactly("u1 [u2, u3]");
            assertThat(body).doesNotContain("stranger");
        }
    }

    @Test
    void everyoneSeesEveryoneByDefault() {
        try (Parts parts = Parts.create();
                Host host = Host.of(parts.servlet().build())) {
            parts.tracker.heartbeat("u2");
            parts.clock.advance(Duration.ofMillis(5));
            assertThat(host.get("/status/user/u2", "As", "u1").body()).contains("\"online\"", "\"ageMillis\":5");
        }
    }
}
