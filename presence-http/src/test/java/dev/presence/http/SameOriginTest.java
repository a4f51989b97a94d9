package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SameOriginTest {
    private static HttpServletRequest request(Map<String, String> headers) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                SameOriginTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getHeader" -> headers.get((String) arguments[0]);
                    case "getServerName" -> headers.get(":authority");
                    case "getServerPort" -> Integer.parseInt(headers.getOrDefault(":port", "443"));
                    default -> throw new AssertionError(method.getName());
                });
    }

    private static boolean permits(String... headers) {
        return CsrfCheck.sameOrigin("https://app.example").permits(request(map(headers)));
    }

    private static Map<String, String> map(String... pairs) {
        Map<String, String> map = new java.util.HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    @Test
    void requestsThatComeFromNoPageArePermitted() {
        assertThat(permits("Host", "api.example")).isTrue();
    }

    @Test
    void fetchMetadataDecidesWhereItIsSent() {
        assertThat(permits("Host", "api.example", "Sec-Fetch-Site", "same-origin"))
                .isTrue();
        assertThat(permits("Host", "api.example", "Sec-Fetch-Site", "none")).isTrue();
        assertThat(permits("Host", "api.example", "Sec-Fetch-Site", "same-site"))
                .isFalse();
        assertThat(permits("Host", "api.example", "Sec-Fetch-Site", "cross-site"))
                .isFalse();
        assertThat(permits("Host", "api.example", "Sec-Fetch-Site", "cross-site", "Origin", "https://api.example"))
                .isFalse();
        assertThat(permits("Host", "rewritten:8080", "Sec-Fetch-Site", "same-origin", "Origin", "https://api.example"))
                .isTrue();
    }

    @Test
    void withoutFetchMetadataTheOriginMustBeTheHostOfTheRequest() {
        assertThat(permits("Host", "api.example", "Origin", "https://api.example"))
                .isTrue();
        assertThat(permits("Host", "API.example:8443", "Origin", "https://api.example:8443"))
                .isTrue();
        assertThat(permits("Host", "api.example:8443", "Origin", "https://api.example"))
                .isFalse();
        assertThat(permits("Host", "api.example", "Origin", "https://api.example.evil"))
                .isFalse();
        assertThat(permits("Host", "api.example", "Origin", "null")).isFalse();
        assertThat(permits("Host", "api.example", "Origin", "")).isFalse();
    }

    @Test
    void withoutHostTheOriginMustBeTheAuthorityOfTheRequest() {
        assertThat(permits(":authority", "api.example", "Origin", "https://api.example"))
                .isTrue();
        assertThat(permits(":authority", "api.example", ":port", "80", "Origin", "http://api.example"))
                .isTrue();
        assertThat(permits(":authority", "api.example", ":port", "8443", "Origin", "https://api.example:8443"))
                .isTrue();
        assertThat(permits(":authority", "api.example", ":port", "8443", "Origin", "https://api.example"))
                .isFalse();
    }

    @Test
    void trustedOriginsArePermittedExactly() {
        assertThat(permits("Host", "api.example", "Origin", "https://app.example"))
                .isTrue();
        assertThat(permits("Host", "api.example", "Origin", "https://app.example", "Sec-Fetch-Site", "cross-site"))
                .isTrue();
        assertThat(permits("Host", "api.example", "Origin", "http://app.example"))
                .isFalse();
        assertThat(permits("Host", "api.example", "Origin", "https://app.example:8443"))
                .isFalse();
    }
}
