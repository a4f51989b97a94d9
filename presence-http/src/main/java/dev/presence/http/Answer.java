package dev.presence.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What is sent back; complete before any of it is sent, so that trouble on the way cannot leave half of it. */
record Answer(int status, Map<String, String> headers, String contentType, String body) {
    static Answer noContent(Map<String, String> headers) {
        return new Answer(204, headers, "", "");
    }

    static Answer json(String body) {
        return new Answer(200, Map.of(), "application/json", body);
    }

    static Answer problem(int status, Map<String, String> headers, String body) {
        return new Answer(status, headers, "application/problem+json", body);
    }

    /** Sends it; that a HEAD request gets no body, containers see to themselves. */
    void send(HttpServletResponse response) throws IOException {
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        headers.forEach(response::setHeader);
        if (contentType.isEmpty()) {
            return;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setContentType(contentType);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
