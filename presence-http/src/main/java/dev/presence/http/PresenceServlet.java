package dev.presence.http;

import dev.presence.HeartbeatTracker;
import dev.presence.Ids;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.TrackerHealth;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Presence over HTTP. The host maps it to {@code /*}, or to a prefix such as {@code /presence/*} under which the paths then
 * are:
 *
 * <pre>{@code
 * PresenceServlet servlet = PresenceServlet.builder(tracker)
 *         .visibility(Visibility.of((caller, user) -> friends.areFriends(caller, user)))
 *         .build();
 * ServletRegistration.Dynamic presence = context.addServlet("presence", servlet);
 * presence.setAsyncSupported(true); // for streams and long polls
 * presence.addMapping("/presence/*");
 * }</pre>
 *
 * <table>
 * <caption>The calls</caption>
 * <tr><th>call</th><th>meaning</th></tr>
 * <tr><td>{@code POST /heartbeat}</td><td>the caller is alive; 204, and the header {@code Presence-Next-Heartbeat} says in
 * how many milliseconds to call again</td></tr>
 * <tr><td>{@code POST /disconnect}</td><td>the session ends now, with {@code ?all=true} every session of the
 * caller, whichever is named; 204</td></tr>
 * <tr><td>{@code GET /status/users?ids=u1,u2}</td><td>statuses in asked order, of any ids</td></tr>
 * <tr><td>{@code GET /status/stream?ids=u1,u2}</td><td>Server-Sent Events: a {@code snapshot}, which is a batch, then
 * {@code transition}s; {@code Last-Event-ID}, or {@code since} where no header can be set, goes on where a connection ended up
 * to a minute ago, and where it cannot, with a new snapshot</td></tr>
 * <tr><td>{@code GET /status/poll?ids=u1,u2&since=…}</td><td>the same by long poll: {@code snapshot} or {@code transitions},
 * and {@code next} to be passed as {@code since}; answered within 25 s</td></tr>
 * <tr><td>{@code GET /status/user/u1}</td><td>one status, of an id that fits a path segment: containers refuse an encoded
 * {@code /}, some a {@code %} or {@code \} too, and none can tell {@code .} and {@code ..}</td></tr>
 * <tr><td>{@code GET /presence.js}</td><td>the client for browsers, an ES module, which needs no caller; its types are at
 * {@code /presence.d.ts}</td></tr>
 * </table>
 *
 * <p>The session of a POST is the header {@code Presence-Session}, taken as it stands, or the parameter {@code session},
 * percent-encoded; without either it is the default session. The value of {@code ids} is split at its commas, then each part is
 * percent-decoded, so a comma in an id is written {@code %2C}; the parameter may repeat. An empty value asks for nobody. As in
 * any URL a {@code +} stands for itself, so a blank is written {@code %20}: {@code encodeURIComponent} does it right,
 * {@code URLSearchParams} does not. Containers bound the length of a URL (Jetty and Tomcat to 8 KiB of headers), and so the ids
 * of a call.
 *
 * <p>What is wrong is answered with a problem detail (RFC 9457): 400 for a malformed id, session or URL, or too many ids; 401
 * without a caller (a host with an authentication scheme of HTTP adds its challenge); 403 by the {@link CsrfCheck}; 404; 405;
 * 413 for a body above the limit; 429 by the {@link RateLimit}; 503 while the store does not answer. The last two say in
 * {@code Retry-After} when to ask again. A heartbeat does not wait for the store, so it is answered with 204 all the same.
 *
 * <p>Streams and long polls need a servlet, and filters before it, that are registered with support for asynchronous requests.
 * Whom their caller may see is decided when they begin. A slow reader is told the newest of each user; one that takes nothing
 * for half a minute is dropped.
 *
 * <p>Thread-safe. Reads block for as long as the store takes. Closes nothing: the tracker is the host's.
 */
public final class PresenceServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    // Transient, all of them: servlets are serializable by inheritance only, and have no serial form to document.
    private final transient HeartbeatTracker tracker;
    private final transient CallerIdentity identity;
    private final transient CsrfCheck csrf;
    private final transient RateLimit rateLimit;
    private final transient VisibleStatuses statuses;
    private final transient Watches watches;
    private final transient Failures failures = new Failures();
    private final transient int maximumIds;
    private final transient int maximumBodyBytes;

    PresenceServlet(PresenceServletBuilder settings) {
        tracker = settings.tracker;
        identity = settings.caller;
        csrf = settings.csrf;
        rateLimit = settings.rateLimit;
        statuses = new VisibleStatuses(settings.tracker, settings.visibility);
        watches = new Watches(settings, settings.clock.get());
        maximumIds = settings.maximumIds;
        maximumBodyBytes = settings.maximumBodyBytes;
    }

    /**
     * A servlet with settings. What is not set has a default that is safe.
     *
     * @param tracker the tracker, which the caller closes after the container has stopped
     * @return a builder
     */
    public static PresenceServletBuilder builder(HeartbeatTracker tracker) {
        return new PresenceServletBuilder(tracker);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Answer answer = answer(request, response);
        if (!request.isAsyncStarted()) {
            answer.send(response);
        }
    }

    private Answer answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            return serve(request, response);
        } catch (Problem e) {
            return e.answer();
        } catch (PresenceStoreUnavailableException e) {
            // The tracker has logged the outage: a line per request would bury it.
            return unavailable("the presence store does not answer").answer();
        } catch (RuntimeException e) {
            if (tracker.health().state() == TrackerHealth.State.CLOSED) {
                return unavailable("presence is shutting down").answer();
            }
            failures.add(
                    "A " + request.getMethod() + " request for presence failed",
                    e,
                    watches.clock().nanos());
            return Problem.internal().answer();
        }
    }

    private Problem unavailable(String detail) {
        return Problem.unavailable(detail, tracker.nextHeartbeat());
    }

    private Answer serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        @Nullable String below = request.getPathInfo();
        String path = below == null ? "" : below;
        Optional<ClientFile> file = ClientFile.at(path);
        if (file.isPresent()) {
            return file.get().answer(request); // for everybody, as scripts are
        }
        Route route = Route.of(path).orElseThrow(Problem::notFound);
        if (request.getMethod().equals("OPTIONS")) {
            return Answer.noContent(Map.of("Allow", route.allow()));
        }
        if (!route.serves(request.getMethod())) {
            throw Problem.methodNotAllowed(route.allow());
        }
        String caller = admit(route, request);
        Query query = Query.of(request.getQueryString());
        return switch (route) {
            case HEARTBEAT -> heartbeat(caller, SessionId.of(request, query));
            case DISCONNECT ->
                query.flag("all") ? disconnectAll(caller) : disconnect(caller, SessionId.of(request, query));
            case STATUS_USERS -> Answer.json(Json.batch(statuses.read(caller, query.ids(maximumIds))));
            case STATUS_STREAM, STATUS_POLL -> live(route, caller, query, request, response);
            case STATUS_USER -> status(caller, Route.userIn(path, request.getRequestURI()));
        };
    }

    /** Returns who asks, if the request is one to be served. */
    private String admit(Route route, HttpServletRequest request) throws IOException {
        String caller = identity.callerOf(request).orElseThrow(Problem::noCaller);
        if ((route.changesState() || route.isLive()) && !csrf.permits(request)) {
            throw Problem.crossOrigin();
        }
        rateLimit.retryAfter(caller, request).ifPresent(wait -> {
            throw Problem.tooManyRequests(wait);
        });
        if (route.changesState()) {
            Problem.unlessWellFormed(Ids::requireUser, caller);
            requireSmallBody(request);
        }
        return caller;
    }

    private void requireSmallBody(HttpServletRequest request) throws IOException {
        long length = request.getContentLengthLong();
        boolean small = length >= 0 ? length <= maximumBodyBytes : endsInTime(request.getInputStream());
        if (!small) {
            throw Problem.bodyTooLarge(maximumBodyBytes);
        }
    }

    private boolean endsInTime(InputStream body) throws IOException {
        byte[] accepted = body.readNBytes(maximumBodyBytes);
        return accepted.length < maximumBodyBytes || body.read() < 0;
    }

    private Answer heartbeat(String caller, Optional<String> session) {
        session.ifPresentOrElse(id -> tracker.heartbeat(caller, id), () -> tracker.heartbeat(caller));
        long next = tracker.nextHeartbeat().toMillis();
        return Answer.noContent(Map.of("Presence-Next-Heartbeat", Long.toString(next)));
    }

    private Answer disconnect(String caller, Optional<String> session) {
        session.ifPresentOrElse(id -> tracker.disconnect(caller, id), () -> tracker.disconnect(caller));
        return Answer.noContent(Map.of());
    }

    private Answer disconnectAll(String caller) {
        tracker.disconnectAll(caller);
        return Answer.noContent(Map.of());
    }

    private Answer live(
            Route route, String caller, Query query, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<String> ids = query.ids(maximumIds);
        if (route == Route.STATUS_STREAM) {
            Optional<String> last = Optional.ofNullable(request.getHeader("Last-Event-ID"))
                    .or(() -> query.value("since")); // of whoever cannot set headers
            EventStream.open(watches, watches.obtain(caller, ids, last), request, response);
        } else {
            LongPoll.open(watches, watches.obtain(caller, ids, query.value("since")), request, response);
        }
        return Answer.noContent(Map.of()); // it has been begun otherwise
    }

    /** Ends all streams. */
    @Override
    public void destroy() {
        watches.close();
    }

    private Answer status(String caller, String segment) {
        String user = Problem.unlessWellFormed(Ids::requireUser, segment);
        return Answer.json(
                Json.status(statuses.read(caller, List.of(user)).statuses().get(0)));
    }
}
