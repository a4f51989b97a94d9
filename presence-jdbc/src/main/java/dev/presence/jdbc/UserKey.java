package dev.presence.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.Ids;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A user, as the tables know one. In order of the bytes, which is the order in which a database compares them: whoever locks
 * several users does it in this order. Immutable.
 */
final class UserKey implements Comparable<UserKey> {
    /** In each group: enough that a look at one is short with ten million users, few enough that a sweep sees all of them. */
    static final int BUCKETS = 1_024;

    private final String id;
    private final byte[] bytes;
    private final int group;
    private final int bucket;

    private UserKey(String id, byte[] bytes, int group, int bucket) {
        this.id = id;
        this.bytes = bytes;
        this.group = group;
        this.bucket = bucket;
    }

    static UserKey of(String id, int groups) {
        byte[] bytes = Ids.requireUser(id).getBytes(UTF_8);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        int hash = (int) crc.getValue();
        int group = Integer.remainderUnsigned(hash >>> 10, groups);
        return new UserKey(id, bytes, group, group * BUCKETS + (hash & (BUCKETS - 1)));
    }

    /** As the host knows the user. */
    String id() {
        return id;
    }

    /** The same in UTF-8. */
    byte[] bytes() {
        return bytes;
    }

    /** Which users are numbered together, and stay on one shard. */
    int group() {
        return group;
    }

    /** Which users are looked through together; a bucket belongs to one group. */
    int bucket() {
        return bucket;
    }

    @Override
    public int compareTo(UserKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UserKey that && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id;
    }
}
