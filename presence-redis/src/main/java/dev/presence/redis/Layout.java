package dev.presence.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.PresenceStoreException;
import dev.presence.Write;
import io.lettuce.core.cluster.SlotHash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

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

    static final int USERS_PER_BUCKET = 32;

    private static final int MOST_GROUPS = 1_024;

    private static final int LONGEST_PACKED = 64; // the server's default for hash-max-listpack-value

    private static final byte[] DEFAULT_SESSION = new byte[Long.BYTES];
    private static final long NO_SESSION = 0; // and the two that the scripts keep for marks, -1 - 0x0101.. and -1

    private final String prefix;
    private final int groups;
    private final Spread spread;
    private final byte[] secret;
    private final SipHash hash;
    private final String[] tags;
    private final byte[][] metas;
    private final String id;

    /**
     * Over how many buckets the users are spread. While that changes, a user is in one of two buckets of the same group.
     *
     * @param step even where all are in {@code buckets}; odd while they move there from {@code before}
     * @param buckets how many there are, a multiple of the groups
     * @param before how many there were, zero unless users are moving
     */
    record Spread(long step, int buckets, int before) {
        boolean isMoving() {
            return step % 2 == 1;
        }

        /** Buckets of one spread have even numbers and those of the next have odd ones. */
        private int parity() {
            return (int) ((step + 1) / 2 % 2);
        }

        /** Users with the same hash modulo this share their bucket, wherever they are. */
        int classes() {
            return isMoving() ? Math.min(buckets, before) : buckets;
        }

        Spread movingTo(int other) {
            return new Spread(step + 1, other, buckets);
        }

        Spread settled() {
            return new Spread(step + 1, buckets, 0);
        }
    }

    Layout(String prefix, int groups, Spread spread, byte[] secret) {
        this.prefix = prefix;
        this.groups = groups;
        this.spread = spread;
        this.secret = secret.clone();
        this.hash = new SipHash(secret);
        tags = new String[groups];
        metas = new byte[groups][];
        for (int group = 0; group < groups; group++) {
            tags[group] = tagOf(group, groups);
            metas[group] = key(group, "m");
        }
        id = VERSION + "-" + groups + "-" + Long.toHexString(hash.hash(prefix.getBytes(UTF_8)));
    }

    /** Fewer groups have some of the tags that {@value #MOST_GROUPS} have, so that a layout can be found by its keys. */
    private static String tagOf(int group, int groups) {
        int each = MOST_GROUPS / groups;
        return MOST_GROUPS % groups == 0 ? tag(group * each + each / 2, MOST_GROUPS) : tag(group, groups);
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

    Spread spread() {
        return spread;
    }

    /** All there is to know, for the other nodes. */
    @Override
    public String toString() {
        String key = Base64.getEncoder().encodeToString(secret);
        return String.join(
                " ",
                VERSION,
                Integer.toString(groups),
                Long.toString(spread.step),
                Integer.toString(spread.buckets),
                Integer.toString(spread.before),
                key);
    }

    /** Reads what {@link #toString} wrote. */
    static Layout parse(String prefix, String text) {
        String[] parts = text.split(" ", -1);
        if (!parts[0].equals(VERSION)) {
            throw new PresenceStoreException("the keys under the prefix " + prefix + " have layout version " + parts[0]
                    + ", and this library knows version " + VERSION
                    + ": let all nodes run the same release, or use another key prefix");
        }
        return new Layout(
                prefix,
                Integer.parseInt(parts[1]),
                new Spread(Long.parseLong(parts[2]), Integer.parseInt(parts[3]), Integer.parseInt(parts[4])),
                Base64.getDecoder().decode(parts[5]));
    }

    /** The keys of which some have a copy of the layout, wherever there are users. */
    List<byte[]> possibleCopies() {
        Layout most = MOST_GROUPS % groups == 0 ? new Layout(prefix, MOST_GROUPS, spread, secret) : this;
        return List.of(most.metas);
    }

    Layout with(Spread other) {
        return new Layout(prefix, groups, other, secret);
    }

    /** How many buckets go with so many users: a power of two in each group, with {@value #USERS_PER_BUCKET} in each, give or take. */
    static int buckets(long users, int groups) {
        double perGroup = (double) users / USERS_PER_BUCKET / groups;
        return Math.multiplyExact(groups, powerOfTwo(perGroup));
    }

    /**
     * How many groups go with so many users: {@code sqrt(users) / 16} or so, at most {@value #MOST_GROUPS}. That is 64 for a million.
     * More of them spread over more masters; but every sweep asks each, and the more there are, the fewer beats share a script.
     */
    static int groups(long users) {
        return Math.min(MOST_GROUPS, powerOfTwo(Math.sqrt((double) users) / 16));
    }

    private static int powerOfTwo(double near) {
        return 1 << Math.max(0, Math.round(Math.log(near) / Math.log(2)));
    }

    /** Tells two layouts apart without telling the secret; the spread is not part of it. */
    String id() {
        return id;
    }

    /** The bucket that a user is in, or moves to. */
    int bucket(byte[] user) {
        return bucket(user, spread.buckets, spread.parity());
    }

    /** The bucket that a user was in, and is unless moved: to be asked while users are moving. */
    int bucketBefore(byte[] user) {
        return bucket(user, spread.before, 1 - spread.parity());
    }

    /** Those for ids of up to {@value #LONGEST_PACKED} bytes, and as many for longer ones: one such unpacks its whole bucket. */
    private int bucket(byte[] user, int of, int parity) {
        int index = (int) Long.remainderUnsigned(hash.hash(user), of);
        return 2 * (user.length > LONGEST_PACKED ? of + index : index) + parity;
    }

    int group(int bucket) {
        return bucket / 2 % groups;
    }

    /** Whether users move into that bucket rather than out of it. */
    boolean isNew(int bucket) {
        return bucket % 2 == spread.parity();
    }

    /**
     * One of twice as many classes as said: users of a class share their buckets, whatever the number of these; the upper half are
     * those with long ids.
     */
    int classOf(byte[] user, int classes) {
        return bucket(user, classes, 0) / 2;
    }

    /** The buckets that users of a class move to, or are in. */
    List<Integer> newBucketsOf(int userClass, int classes) {
        int of = spread.buckets;
        int ofLong = userClass < classes ? 0 : of;
        List<Integer> buckets = new ArrayList<>();
        for (int index = userClass % classes % of; index < of; index += classes) {
            buckets.add(2 * (ofLong + index) + spread.parity());
        }
        return buckets;
    }

    /** Whether a list of users may have been begun with so many classes: a little while ago at most. */
    boolean mayHaveHad(int classes) {
        long most = 64L * Math.max(spread.buckets, spread.before);
        return classes > 0 && classes % groups == 0 && Integer.bitCount(classes / groups) == 1 && classes <= most;
    }

    /** The classes of which a bucket may have users. Numbers of buckets are powers of two for each group, so one divides another. */
    List<Integer> classesIn(int bucket, int classes) {
        int of = isNew(bucket) ? spread.buckets : spread.before;
        List<Integer> in = new ArrayList<>();
        if (of > 0 && bucket / 2 < 2 * of) { // else it is empty and of another time
            int ofLong = bucket / 2 < of ? 0 : classes;
            int first = bucket / 2 % of % classes;
            for (int userClass = first; userClass < classes; userClass += of) {
                in.add(ofLong + userClass);
            }
        }
        return in;
    }

    /** How many buckets of a group are to be emptied while users are moving. */
    int bucketsBefore() {
        return 2 * spread.before / groups;
    }

    /** One of the buckets of a group to be emptied. */
    int bucketBefore(int group, int place) {
        return 2 * (place * groups + group) + 1 - spread.parity();
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

    static byte[] turnKey(String prefix) {
        return (prefix + ":turn").getBytes(UTF_8);
    }

    /** Where all groups' transitions are announced. */
    static String channel(String prefix) {
        return prefix + ":feed";
    }

    /** Where those of one group are, if a channel can have a slot. */
    String channel(int group) {
        return new String(key(group, "f"), UTF_8);
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

    private byte[] key(int group, String rest) {
        return (prefix + ":{" + tags[group] + "}" + rest).getBytes(UTF_8);
    }
}
