package dev.presence.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Believes what the browser says of where a request comes from; pages cannot set these headers. */
final class SameOrigin implements CsrfCheck {
    private final Set<String> trustedOrigins;

    SameOrigin(String... trustedOrigins) {
        this.trustedOrigins = Set.of(trustedOrigins);
    }

    @Override
    public boolean permits(HttpServletRequest request) {
        @Nullable String origin = request.getHeader("Origin");
        if (origin != null && trustedOrigins.contains(origin)) {
            return true;
        }
        @Nullable String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin") || site.equals("none");
        }
        return origin == null || authority(origin).equalsIgnoreCase(authority(request));
    }

    /** The scheme is left out of it: behind a proxy that ends TLS the container takes it for http. */
    private static String authority(String origin) {
        int scheme = origin.indexOf("://");
        return scheme < 0 ? "" : origin.substring(scheme + 3);
    }

    private static String authority(HttpServletRequest request) {
        @Nullable String host = request.getHeader("Host");
        if (host != null) {
            return host;
        }
        int port = request.getServerPort(); // HTTP/2 has no Host
        return request.getServerName() + (port == 80 || port == 443 ? "" : ":" + port);
    }
}
