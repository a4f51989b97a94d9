package dev.presence.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedCookieTest {
    private final SignedCookie cookies = SignedCookie.withRandomKey();

    @ParameterizedTest
    @ValueSource(strings = {"u1", "a.b/c,d;e=f g", "ünï\n😀", " "})
    void anyIdRoundTrips(String user) {
        assertThat(cookies.open(cookies.seal(user))).contains(user);
    }

    @Test
    void theValueIsFitForACookie() {
        assertThat(cookies.seal("a;b=c, ü\"\n")).matches("[A-Za-z0-9_.-]+");
    }

    @Test
    void aChangeOfAnyCharacterIsNoticed() {
        String sealed = cookies.seal("u1");
        for (int i = 0; i < sealed.length(); i++) {
            for (char other : "Aa0_.".toCharArray()) {
                if (sealed.charAt(i) != other) {
                    String tampered = sealed.substring(0, i) + other + sealed.substring(i + 1);
                    assertThat(cookies.open(tampered)).as(tampered).isEmpty();
                }
            }
        }
    }

    @Test
    void theSignatureOfOneUserDoesNotServeAnother() {
        String sealed = cookies.seal("u1");
        String other = Base64.getUrlEncoder().withoutPadding().encodeToString("u2".getBytes(UTF_8));

        assertThat(cookies.open(other + sealed.substring(sealed.indexOf('.')))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "u1", "dTE", "dTE.", "!!!.???", "..."})
    void whatWasNeverSealedIsRefused(String value) {
        assertThat(cookies.open(value)).isEmpty();
    }

    @Test
    void anotherKeyIsRefused() {
        assertThat(SignedCookie.withRandomKey().open(cookies.seal("u1"))).isEmpty();
    }

    @Test
    void aGivenSecretOutlivesTheProcess() {
        String sealed = SignedCookie.withSecret("a secret").seal("u1");

        assertThat(SignedCookie.withSecret("a secret").open(sealed)).contains("u1");
        assertThat(SignedCookie.withSecret("another secret").open(sealed)).isEmpty();
    }
}
