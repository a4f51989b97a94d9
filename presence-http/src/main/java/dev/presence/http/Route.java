package dev.presence.http;

import java.util.Arrays;
import java.util.Optional;

/** The calls, below wherever the host mapped the servlet. */
enum Route {
    HEARTBEAT("/heartbeat", "POST", "POST, OPTIONS"),
    DISCONNECT("/disconnect", "POST", "POST, OPTIONS"),
    STATUS_USERS("/status/users", "GET", "GET, HEAD, OPTIONS"),
    STATUS_STREAM("/status/stream", "GET", "GET, OPTIONS"),
    STATUS_POLL("/status/poll", "GET", "GET, OPTIONS"),
    STATUS_USER("/status/user/", "GET", "GET, HEAD, OPTIONS");

    private final String path;
    private final String method;
    private final String allow;

    Route(String path, String method, String allow) {
        this.path = path;
        this.method = method;
        this.allow = allow;
    }

    static Optional<Route> of(String path) {
        return Arrays.stream(values()).filter(route -> route.matches(path)).findFirst();
    }

    private boolean matches(String asked) {
        return this == STATUS_USER ? asked.startsWith(path) : asked.equals(path);
    }

    /** Whether the answer is sent over time. */
    boolean isLive() {
        return this == STATUS_STREAM || this == STATUS_POLL;
    }

    boolean changesState() {
        return method.equals("POST");
    }

    boolean serves(String asked) {
        return asked.equals(method) || (asked.equals("HEAD") && allow.contains(asked));
    }

    /** For the header of that name. */
    String allow() {
        return allow;
    }

    /**
     * The id that ends the path of {@link #STATUS_USER}.
     *
     * <p>It is taken from what came over the wire, since what a container has decoded may be an id with a {@code /} or a longer
     * path. Where the two do not agree on what the last segment is, there is nothing at that path.
     */
    static String userIn(String pathInfo, String requestUri) {
        String segment = requestUri.substring(requestUri.lastIndexOf('/') + 1);
        if (segment.indexOf(';') >= 0) {
            throw Problem.badRequest("containers cut a path off at a ; so write %3B for one in an id");
        }
        String user = PercentEncoding.decode(segment);
        if (!pathInfo.equals(STATUS_USER.path + user)) {
            throw Problem.notFound();
        }
        return user;
    }
}
