package dev.presence.demo;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Tells a browser what the terminal was told. */
final class WelcomeServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient DemoServer server;

    WelcomeServlet(DemoServer server) {
        this.server = server;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=utf-8");
        response.getWriter().write(server.welcome());
    }
}
