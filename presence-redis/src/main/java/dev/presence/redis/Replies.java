package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.presence.PresenceStoreException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what Redis answers: integers, byte strings, and nothing. */
final class Replies {
    private Replies() {}

    static String text(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return new String(bytes, US_ASCII);
        }
        throw unexpected(value);
    }

    static byte[] bytes(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        throw unexpected(value);
    }

    static long number(@Nullable Object value) {
        return value instanceof Long number ? number : Long.parseLong(text(value));
    }

    static long number(@Nullable Object value, long ifAbsent) {
        return value == null ? ifAbsent : number(value);
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return (List<Object>) list;
        }
        throw unexpected(value);
    }

    private static PresenceStoreException unexpected(@Nullable Object value) {
        return new PresenceStoreException("Redis answered with " + (value == null ? "nothing" : value.getClass())
                + " where something else was expected: do other programs write under the same key prefix?");
    }
}
