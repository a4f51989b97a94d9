package dev.presence.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;

/** Bounds how often a caller may ask. Called once per request, in the container's thread; must be thread-safe. */
@FunctionalInterface
public interface RateLimit {
    /**
     * Counts a request.
     *
     * @param caller who asks
     * @param request the request, for limits that tell heartbeats from reads
     * @return empty to let it through; else how long the caller is to wait, which is answered with 429
     */
    Optional<Duration> retryAfter(String caller, HttpServletRequest request);

    /**
     * No limit.
     *
     * @return the limit that is used by default
     */
    static RateLimit none() {
        return (caller, request) -> Optional.empty();
    }
}
