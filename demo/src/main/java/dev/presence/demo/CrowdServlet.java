package dev.presence.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What the page cannot learn from presence, which tells of users only who were asked for: {@code GET /demo/crowd?since=12},
 * the counts from the twelfth second on; and {@code GET /demo/people}.
 */
final class CrowdServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final JsonFactory JSON = new JsonFactory();

    private final transient Crowd crowd;
    private final transient Duration timeout;

    CrowdServlet(Crowd crowd, Duration timeout) {
        this.crowd = crowd;
        this.timeout = timeout;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        try (JsonGenerator out = JSON.createGenerator(response.getOutputStream())) {
            out.writeStartObject();
            if (request.getServletPath().endsWith("/people")) {
                writeNames("visitors", crowd.visitors(), out);
                writeNames("simulated", crowd.simulated(), out);
            } else {
                writeNews(crowd.since(since(request)), out);
            }
            out.writeEndObject();
        }
    }

    private void writeNews(Crowd.News news, JsonGenerator out) throws IOException {
        out.writeNumberField("from", news.from());
        out.writeArrayFieldStart("online");
        for (long online : news.online()) {
            out.writeNumber(online);
        }
        out.writeEndArray();
        out.writeNumberField("people", news.people());
        out.writeNumberField("timeoutMillis", timeout.toMillis());
    }

    private static void writeNames(String field, List<String> names, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(field);
        for (String name : names) {
            out.writeString(name);
        }
        out.writeEndArray();
    }

    private static long since(HttpServletRequest request) {
        return DemoCaller.parameter(request, "since")
                .filter(value -> value.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(0L);
    }
}
