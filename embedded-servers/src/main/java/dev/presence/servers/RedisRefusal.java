package dev.presence.servers;

/** An error that Redis answered. */
public final class RedisRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RedisRefusal(String message) {
        super(message);
    }

    /** Whether it begins with this code, such as NOAUTH. */
    boolean is(String code) {
        return String.valueOf(getMessage()).startsWith(code + " ");
    }
}
