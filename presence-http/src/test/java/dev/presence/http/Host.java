package dev.presence.http;

import jakarta.servlet.Filter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** A host application around the servlet, and what clients do to it. */
final class Host implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final HostServer server;

    private Host(PresenceServlet servlet, String contextPath, String mapping, Filter filter) {
        this(servlet, contextPath, mapping, filter, Optional.empty());
    }

    private Host(
            PresenceServlet servlet,
            String contextPath,
            String mapping,
            Filter filter,
            Optional<PresenceSocketBuilder> sockets) {
        server = HostServer.start(new HostServer.Surface(servlet, contextPath, mapping, filter, sockets));
    }

    /** A host of sockets, at {@code /presence}. */
    static Host of(PresenceServlet servlet, PresenceSocketBuilder sockets) {
        return new Host(
                servlet,
                "/",
                "/*",
                (request, response, chain) -> chain.doFilter(request, response),
                Optional.of(sockets));
    }

    static Host of(PresenceServlet servlet) {
        return of(servlet, "/", "/*");
    }

    static Host of(PresenceServlet servlet, String contextPath, String mapping) {
        return new Host(servlet, contextPath, mapping, (request, response, chain) -> chain.doFilter(request, response));
    }

    static Host of(PresenceServlet servlet, Filter filter) {
        return new Host(servlet, "/", "/*", filter);
    }

    /** What {@code Host} and {@code Origin} call this host. */
    String authority() {
        return "127.0.0.1:" + port();
    }

    boolean mergesSlashes() {
        return server.mergesSlashes();
    }

    int port() {
        return server.port();
    }

    HttpResponse<String> get(String target, String... headers) {
        return send("GET", target, BodyPublishers.noBody(), headers);
    }

    HttpResponse<String> post(String target, String... headers) {
        return send("POST", target, BodyPublishers.noBody(), headers);
    }

    HttpResponse<String> send(String method, String target, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + authority() + target))
                .timeout(Duration.ofSeconds(30))
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(method + " " + target + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Sends a request that no client library would, and returns the whole answer. */
    String raw(String requestLine, String... headers) {
        String request = requestLine + " HTTP/1.1\r\nHost: " + authority() + "\r\nConnection: close\r\n"
                + String.join("", headers) + "\r\n";
        try (Socket socket = new Socket(InetAddress.getByAddress(LOOPBACK), port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(requestLine + " failed", e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
