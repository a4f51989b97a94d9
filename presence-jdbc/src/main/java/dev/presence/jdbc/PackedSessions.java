package dev.presence.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.Write;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a user's sessions are packed into one value: last seen of those that ended, then for each session and tombstone the length of
 * its key, the key, and its time, negative for a tombstone. A key is the session id, or its hash where that is shorter: sessions are
 * compared, and never listed.
 */
final class PackedSessions {
    /** The key of the mark that ends every session. No id begins with NUL. */
    static final String ALL = "\0A";

    /** The key of the mark of an erasure. */
    static final String FORGOTTEN = "\0F";

    private static final int LONGEST = 24; // bytes
    private static final int HASHED = 16;

    private PackedSessions() {}

    static String key(String session) {
        if (session.equals(Write.DEFAULT_SESSION)) {
            return session;
        }
        byte[] bytes = session.getBytes(UTF_8);
        if (bytes.length <= LONGEST) {
            return session;
        }
        byte[] hash = Arrays.copyOf(sha256(bytes), HASHED);
        return "\0" + Base64.getEncoder().withoutPadding().encodeToString(hash);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Last seen of sessions that ended, if that is later than any beat of those that live; else zero. */
    static long seen(byte @Nullable [] packed) {
        return packed == null ? 0 : ByteBuffer.wrap(packed).getLong();
    }

    static void unpack(byte[] packed, Map<String, Long> live, Map<String, Long> tombs) {
        ByteBuffer from = ByteBuffer.wrap(packed);
        from.position(Long.BYTES);
        while (from.hasRemaining()) {
            byte[] key = new byte[from.get()];
            from.get(key);
            long time = from.getLong();
            (time > 0 ? live : tombs).put(new String(key, UTF_8), Math.abs(time));
        }
    }

    static byte[] pack(long seen, Map<String, Long> live, Map<String, Long> tombs) {
        ByteBuffer to = ByteBuffer.allocate(Long.BYTES + (live.size() + tombs.size()) * (1 + LONGEST + Long.BYTES));
        to.putLong(seen);
        live.forEach((key, beat) -> put(to, key, beat));
        tombs.forEach((key, ended) -> put(to, key, -ended));
        return Arrays.copyOf(to.array(), to.position());
    }

    private static void put(ByteBuffer to, String key, long time) {
        byte[] bytes = key.getBytes(UTF_8);
        to.put((byte) bytes.length).put(bytes).putLong(time);
    }
}
