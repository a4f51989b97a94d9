package dev.presence.http;

import dev.presence.Ids;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Finds the session that a heartbeat or disconnect is of: in the header, or in the query where none can be set. */
final class SessionId {
    static final String HEADER = "Presence-Session";

    private SessionId() {}

    /** Empty is the default session. */
    static Optional<String> of(HttpServletRequest request, Query query) {
        List<String> headers = Collections.list(request.getHeaders(HEADER));
        Optional<String> parameter = query.value("session");
        if (headers.size() + parameter.stream().count() > 1) {
            throw Problem.badRequest("the session is given more than once");
        }
        Optional<String> session =
                parameter.or(() -> headers.stream().findFirst().map(SessionId::requireAscii));
        return session.map(id -> Problem.unlessWellFormed(Ids::requireSession, id));
    }

    /** What a header means beyond ASCII, no two clients agree on. */
    private static String requireAscii(String header) {
        if (header.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw Problem.badRequest("the header " + HEADER
                    + " has characters beyond ASCII: pass such a session percent-encoded as ?session=");
        }
        return header;
    }
}
