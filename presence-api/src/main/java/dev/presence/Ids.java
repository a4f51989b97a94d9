package dev.presence;

/**
 * What user and session ids must look like, on every store alike.
 *
 * <p>An id is any Unicode text of 1 to {@value #MAXIMUM_BYTES} UTF-8 bytes that is not blank and holds neither the NUL
 * character nor half of a surrogate pair. It is compared code unit by code unit: nothing is folded, padded or
 * normalized.
 */
public final class Ids {
    /** The longest id, in UTF-8 bytes. */
    public static final int MAXIMUM_BYTES = 256;

    private Ids() {}

    /**
     * Returns the user id if it is well formed.
     *
     * @param user the id to look at
     * @return the same id
     * @throws IllegalArgumentException if it is not; the message names the rule that it breaks, never the id
     */
    public static String requireUser(String user) {
        return require(user, "user");
    }

    /**
     * Returns the session id if it is well formed.
     *
     * @param session the id to look at
     * @return the same id
     * @throws IllegalArgumentException if it is not; the message names the rule that it breaks, never the id
     */
    public static String requireSession(String session) {
        return require(session, "session");
    }

    private static String require(String id, String what) {
        if (id.isBlank()) {
            throw new IllegalArgumentException("a " + what + " id must not be blank (R11)");
        }
        int bytes = 0;
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException("a " + what + " id must not contain NUL, found at " + i + " (R11)");
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == id.length()
                        || !Character.isLowSurrogate(id.charAt(i + 1))) {
                    throw new IllegalArgumentException(
                            "a " + what + " id must not contain an unpaired surrogate, found at " + i + " (R11)");
                }
                i++;
                bytes += 4;
            } else {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
        }
        if (bytes > MAXIMUM_BYTES) {
            throw new IllegalArgumentException("a " + what + " id must have at most " + MAXIMUM_BYTES
                    + " UTF-8 bytes, this one has " + bytes + " (R11)");
        }
        return id;
    }
}
