package dev.presence.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.Write;
import io.lettuce.core.cluster.SlotHash;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Where things are: users in buckets of about {@value #USERS_PER_BUCKET}, these in groups, and each group in a slot of its own.
 *
 * <p>Which bucket a user is in is a hash under a secret that the nodes share through Redis, so nobody can choose ids that
 * crowd one bucket, and an id never chooses a slot. The groups' hash tags are chosen so that group {@code g} of {@code G} lies in
 * the {@code g}-th of {@code G} equal ranges of slots: masters that share the slots evenly share the groups evenly.
 */
final class Layout {
    /** What this code reads and writes; another version is refused. */
    static final String VERSION = "1";

    static final int USERS_PER_BUCKET = 50;

    private static final int LONGEST_PACKED = 64; // the server's default for hash-max-listpack-value

    private static final byte[] DEFAULT_SESSION = new byte[Long.BYTES];
    private static final long NO_SESSION = 0; // and the two that the scripts keep for marks, -1 - 0x0101.. and -1

    private final String prefix;
    private final int groups;
    private final int buckets;
    private final byte[] secret;
    private final SipHash hash;
    private final String[] tags;
    private final byte[][] metas;
    private final String id;

    Layout(String prefix, int groups, int buckets, byte[] secret) {
        this.prefix = prefix;
        this.groups = groups;
        this.buckets = buckets;
        this.secret = secret.clone();
        this.hash = new SipHash(secret);
        tags = new String[groups];
        metas = new byte[groups][];
        for (int group = 0; group < groups; group++) {
            tags[group] = tag(group, groups);
            metas[group] = key(group, "m");
        }
        id = VERSION + "-" + groups + "-" + buckets + "-" + Long.toHexString(hash.hash(prefix.getBytes(UTF_8)));
    }

    private static String tag(int group, int groups) {
        int middle = (int) ((2L * group + 1) * SlotHash.SLOT_COUNT / (2L * groups));
        int most = SlotHash.SLOT_COUNT / (8 * groups);
        for (int i = 0; ; i++) {
            String tag = Integer.toString(i, Character.MAX_RADIX);
            if (Math.abs(SlotHash.getSlot(tag) - middle) <= most) {
                return tag;
            }
        }
    }

    int groups() {
        return groups;
    }

    int buckets() {
        return buckets;
    }

    /** Those for ids of up to {@value #LONGEST_PACKED} bytes, and as many for longer ones: one such unpacks its whole bucket. */
    int allBuckets() {
        return 2 * buckets;
    }

    String secret() {
        return Base64.getEncoder().encodeToString(secret);
    }

    /** Tells two layouts apart without telling the secret. */
    String id() {
        return id;
    }

    int bucket(byte[] user) {
        int bucket = (int) Long.remainderUnsigned(hash.hash(user), buckets);
        return user.length > LONGEST_PACKED ? buckets + bucket : bucket;
    }

    int group(int bucket) {
        return bucket % groups;
    }

    /** Eight bytes that stand for a session: sessions are only ever compared with those of their own user. */
    byte[] session(String session) {
        if (session.equals(Write.DEFAULT_SESSION)) {
            return DEFAULT_SESSION;
        }
        long hashed = hash.hash(session.getBytes(UTF_8));
        boolean reserved = hashed == NO_SESSION || hashed == -1L || hashed == 0xFEFEFEFEFEFEFEFEL;
        return ByteBuffer.allocate(Long.BYTES).putLong(reserved ? 1 : hashed).array();
    }

    static byte[] settingsKey(String prefix) {
        return (prefix + ":settings").getBytes(UTF_8);
    }

    static String channel(String prefix) {
        return prefix + ":feed";
    }

    byte[] meta(int group) {
        return metas[group];
    }

    byte[] due(int group) {
        return key(group, "d");
    }

    byte[] feed(int group) {
        return key(group, "l");
    }

    byte[] longSessions(int group) {
        return key(group, "x");
    }

    byte[] users(int bucket) {
        return key(group(bucket), "p" + bucket);
    }

    byte[] sessions(int bucket) {
        return key(group(bucket), "s" + bucket);
    }

    private byte[] key(int group, String rest) {
        return (prefix + ":{" + tags[group] + "}" + rest).getBytes(UTF_8);
    }
}
