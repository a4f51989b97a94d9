package dev.presence.http;

import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Why a request is not served, as a problem detail of RFC 9457. Details never repeat what the client sent. */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    private Problem(int status, String title, String detail, Map<String, String> headers) {
        super(detail, null, false, false);
        answer = Answer.problem(status, headers, Json.problem(title, status, detail));
    }

    Answer answer() {
        return answer;
    }

    static Problem badRequest(String detail) {
        return new Problem(400, "Bad Request", detail, Map.of());
    }

    static Problem noCaller() {
        return new Problem(401, "Unauthorized", "nobody is signed in", Map.of());
    }

    static Problem crossOrigin() {
        return new Problem(403, "Forbidden", "the request comes from a page of another origin", Map.of());
    }

    static Problem notFound() {
        return new Problem(404, "Not Found", "there is nothing at this path", Map.of());
    }

    static Problem methodNotAllowed(String allow) {
        return new Problem(405, "Method Not Allowed", "this path is served to " + allow, Map.of("Allow", allow));
    }

    static Problem bodyTooLarge(int maximum) {
        return new Problem(
                413,
                "Content Too Large",
                "no body is needed, and at most " + maximum + " bytes are accepted",
                Map.of());
    }

    static Problem tooManyRequests(Duration wait) {
        return new Problem(429, "Too Many Requests", "ask again later", retryAfter(wait));
    }

    static Problem internal() {
        return new Problem(500, "Internal Server Error", "the request could not be served", Map.of());
    }

    static Problem unavailable(String detail, Duration wait) {
        return new Problem(503, "Service Unavailable", detail, retryAfter(wait));
    }

    /** Returns what the check returns for the id, where its complaint is one about the request. */
    static String unlessWellFormed(UnaryOperator<String> check, String id) {
        try {
            return check.apply(id);
        } catch (IllegalArgumentException e) {
            throw badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> retryAfter(Duration wait) {
        long seconds = Math.max(1, wait.plusSeconds(1).minusNanos(1).toSeconds());
        return Map.of("Retry-After", Long.toString(seconds));
    }
}
