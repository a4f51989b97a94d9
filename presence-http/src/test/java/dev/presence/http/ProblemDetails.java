package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;

/** What every answer that tells of a problem has. */
final class ProblemDetails {
    private ProblemDetails() {}

    static void assertProblem(HttpResponse<String> answer, int status, String title, String detail) {
        assertThat(answer.body())
                .isEqualTo("{\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\"" + detail + "\"}");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    }
}
