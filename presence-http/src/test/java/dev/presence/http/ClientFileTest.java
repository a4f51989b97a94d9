package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client for browsers is served with the calls it makes. */
final class ClientFileTest {
    private final Parts parts = Parts.create();
    private final Host host = Host.of(parts.servlet().build(), "/", "/presence/*");

    @AfterEach
    void stop() {
        host.close();
        parts.close();
    }

    @Test
    void theScriptIsServedToEverybodyAsAModule() {
        HttpResponse<String> script = host.get("/presence/presence.js");

        assertThat(script.statusCode()).isEqualTo(200);
        assertThat(header(script, "Content-Type")).isEqualToIgnoringCase("text/javascript;charset=utf-8");
        assertThat(header(script, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(script, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(script.body()).contains("export class Presence {");
    }

    @Test
    void theTypesStandBesideIt() {
        HttpResponse<String> types = host.get("/presence/presence.d.ts");

        assertThat(types.statusCode()).isEqualTo(200);
        assertThat(header(types, "Content-Type")).isEqualToIgnoringCase("text/plain;charset=utf-8");
        assertThat(types.body()).contains("export class Presence {");
    }

    @Test
    void whatABrowserHasAlreadyIsNotSentAgain() {
        String tag = header(host.get("/presence/presence.js"), "ETag");

        HttpResponse<String> again = host.get("/presence/presence.js", "If-None-Match", tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "ETag")).isEqualTo(tag);
        assertThat(host.get("/presence/presence.js", "If-None-Match", "\"older\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(host.get("/presence/presence.d.ts", "If-None-Match", tag).statusCode())
                .isEqualTo(200);
    }

    @Test
    void onlyReadsAreServed() {
        HttpResponse<String> refused = host.post("/presence/presence.js");

        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(List.of(header(refused, "Allow").split(", "))).containsExactly("GET", "HEAD", "OPTIONS");
        assertThat(host.get("/presence/presence.json").statusCode()).isEqualTo(404);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
