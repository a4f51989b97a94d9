package dev.presence.demo;

import dev.presence.http.CallerIdentity;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who calls: whoever {@code ?as=} names, or else whom the signed cookie names.
 *
 * <p>For a demo only: {@code ?as=} is believed without a check.
 */
final class DemoCaller implements CallerIdentity {
    static final String COOKIE = "presence-demo";

    private final SignedCookie cookies;

    DemoCaller(SignedCookie cookies) {
        this.cookies = cookies;
    }

    @Override
    public Optional<String> callerOf(HttpServletRequest request) {
        return parameter(request, "as").or(() -> signedIn(request));
    }

    private Optional<String> signedIn(HttpServletRequest request) {
        Cookie @Nullable [] sent = request.getCookies();
        return Stream.ofNullable(sent)
                .flatMap(Arrays::stream)
                .filter(cookie -> cookie.getName().equals(COOKIE))
                .findFirst()
                .flatMap(cookie -> cookies.open(cookie.getValue()));
    }

    /** A parameter of the query that is not blank. The servlet's own parameters might be those of a body. */
    static Optional<String> parameter(HttpServletRequest request, String name) {
        return Stream.ofNullable(request.getQueryString())
                .flatMap(query -> Arrays.stream(query.split("&", -1)))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .findFirst()
                .flatMap(DemoCaller::decoded)
                .filter(value -> !value.isBlank());
    }

    private static Optional<String> decoded(String value) {
        try {
            // As in the rest of the surface, a + in the query stands for itself.
            return Optional.of(URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
