package dev.presence.http;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Optional;

/** Tells who makes a request. Called once per request, in the container's thread; must be thread-safe. */
@FunctionalInterface
public interface CallerIdentity {
    /**
     * The user id of the caller.
     *
     * @param request the request
     * @return whose heartbeats these are and for whom statuses are read; empty is answered with 401
     */
    Optional<String> callerOf(HttpServletRequest request);

    /**
     * The name of the request's principal, as the container or a filter of the host set it.
     *
     * @return the identity that is used by default
     */
    static CallerIdentity principal() {
        return request -> Optional.ofNullable(request.getUserPrincipal()).map(Principal::getName);
    }
}
