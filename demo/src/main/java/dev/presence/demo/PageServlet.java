package dev.presence.demo;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The page to watch. At {@code /} whoever does not ask for HTML, such as curl, is told what the terminal was told. */
final class PageServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    /** The files that there are, and so all that can be asked for. */
    private static final Map<String, String> FILES = Map.of(
            "index.html", "text/html;charset=utf-8",
            "page.css", "text/css;charset=utf-8",
            "page.js", "text/javascript;charset=utf-8",
            "people.js", "text/javascript;charset=utf-8",
            "chart.js", "text/javascript;charset=utf-8",
            "tabs.js", "text/javascript;charset=utf-8",
            "icon.svg", "image/svg+xml");

    private final transient Supplier<String> welcome;

    PageServlet(Supplier<String> welcome) {
        this.welcome = welcome;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getRequestURI();
        if (!path.equals("/")) {
            sendFile(path.substring(path.lastIndexOf('/') + 1), response);
            return;
        }
        response.setHeader("Vary", "Accept");
        @Nullable String accept = request.getHeader("Accept");
        if (accept != null && accept.contains("text/html")) {
            sendFile("index.html", response);
        } else {
            response.setContentType("text/plain;charset=utf-8");
            response.getWriter().write(welcome.get());
        }
    }

    private static void sendFile(String name, HttpServletResponse response) throws IOException {
        @Nullable String contentType = FILES.get(name);
        if (contentType == null) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        response.setContentType(contentType);
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        try (InputStream in = PageServlet.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not where it was packed");
            }
            in.transferTo(response.getOutputStream());
        }
    }
}
