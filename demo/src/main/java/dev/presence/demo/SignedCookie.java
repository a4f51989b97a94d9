package dev.presence.demo;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The value of a cookie that names a user and that only the holder of the key can make. Thread-safe. */
final class SignedCookie {
    private static final String ALGORITHM = "HmacSHA256";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec key;

    private SignedCookie(byte[] secret) {
        key = new SecretKeySpec(secret, ALGORITHM);
    }

    static SignedCookie withSecret(String secret) {
        return new SignedCookie(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** With a key that ends with the process, and so do the cookies. */
    static SignedCookie withRandomKey() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return new SignedCookie(secret);
    }

    String seal(String user) {
        byte[] id = user.getBytes(StandardCharsets.UTF_8);
        return ENCODER.encodeToString(id) + "." + ENCODER.encodeToString(sign(id));
    }

    /** Returns the user whom the value names, if it was sealed with this key. */
    Optional<String> open(String value) {
        try {
            byte[] id = Base64.getUrlDecoder().decode(value.substring(0, Math.max(0, value.indexOf('.'))));
            String user = new String(id, StandardCharsets.UTF_8);
            // Whole values are compared, since Base64 can write the same bytes in several ways.
            return MessageDigest.isEqual(bytes(seal(user)), bytes(value)) ? Optional.of(user) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private byte[] sign(byte[] id) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(id);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
