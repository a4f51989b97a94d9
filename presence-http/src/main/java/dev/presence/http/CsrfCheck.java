package dev.presence.http;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Decides whether a request may be the caller's own wish, or was made by another site in their browser. Called once per POST, and per GET of
 * a stream or long poll, since each of these has one of the caller's places; in the container's thread; must be thread-safe.
 *
 * <p>A host whose callers are known by something that a browser does not send by itself (a bearer token, say) needs no check:
 * {@code request -> true}. A check that looks for a token in a header has to know a GET by another sign, as event sources set no headers.
 */
@FunctionalInterface
public interface CsrfCheck {
    /**
     * Looks at one request.
     *
     * @param request a POST, or a GET that is answered over time
     * @return false to refuse it, which is answered with 403
     */
    boolean permits(HttpServletRequest request);

    /**
     * Refuses what a browser says comes from another origin.
     *
     * <p>Current browsers send {@code Sec-Fetch-Site}, which must be {@code same-origin} or {@code none}. Without it, the host
     * and port of {@code Origin} must be those of the request. Without either, the request does not come from a page in a
     * browser of this decade and is let through. Other origins of the host (a page on {@code https://app.example.com} that
     * calls {@code https://api.example.com}) are to be named, and beacons from there need the host's CORS answers too.
     *
     * @param trustedOrigins further origins to accept, as browsers write them: scheme, host, and port unless it is the default
     * @return the check that is used by default, then without trusted origins
     */
    static CsrfCheck sameOrigin(String... trustedOrigins) {
        return new SameOrigin(trustedOrigins);
    }
}
