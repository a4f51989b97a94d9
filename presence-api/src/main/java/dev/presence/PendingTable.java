package dev.presence;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pending writes of many users: a hash table that is emptied as a whole and keeps its entries for the next filling, so
 * that a warm one allocates nothing. Not thread-safe.
 */
final class PendingTable implements Iterable<PendingUser> {
    private static final int SMALLEST = 64;

    private @Nullable PendingUser[] slots = new @Nullable PendingUser[2 * SMALLEST]; // open addressing by user
    private PendingUser[] users = new PendingUser[SMALLEST]; // in order of arrival; those from count on are spare
    private int count;
    private int writes;
    private int emptied; // entries whose writes the store has
    private long sinceNanos = Long.MAX_VALUE; // when the first write came, or the last flush failed

    PendingTable() {
        Arrays.setAll(users, i -> new PendingUser());
    }

    boolean hasEmptied() {
        return emptied > 0;
    }

    int writes() {
        return writes;
    }

    @Nullable
    PendingUser find(String user) {
        return slots[slot(user)];
    }

    /** When the first of its writes began to wait, in elapsed time, or {@link Long#MAX_VALUE}. */
    long sinceNanos() {
        return sinceNanos;
    }

    void waitsSince(long nanos) {
        sinceNanos = nanos;
    }

    void add(Write.Kind kind, String user, String session, long nanos) {
        sinceNanos = Math.min(sinceNanos, nanos);
        writes += obtain(user).add(kind, session, nanos);
    }

    void addAll(PendingTable later) {
        for (PendingUser user : later) {
            if (user.size() > 0) {
                writes += obtain(user.user()).addAll(user);
            }
        }
    }

    /** Empties one entry, whose writes the store has. */
    void recorded(PendingUser user) {
        writes -= user.size();
        user.reset(user.user());
        emptied++;
    }

    boolean dropOldestBeat(PendingUser user) {
        boolean dropped = user.dropOldestBeat();
        writes -= dropped ? 1 : 0;
        return dropped;
    }

    int foldBeatsUpTo(long lapsedNanos) {
        int folded = 0;
        for (PendingUser user : this) {
            folded += user.foldBeatsUpTo(lapsedNanos);
        }
        writes -= folded;
        return folded;
    }

    void clear() {
        if (count * 8 < users.length && users.length > SMALLEST) { // a large outage is over: give the memory back
            resize(users.length / 2);
        }
        Arrays.fill(slots, null);
        for (PendingUser user : this) {
            user.reset("");
        }
        count = 0;
        writes = 0;
        emptied = 0;
        sinceNanos = Long.MAX_VALUE;
    }

    /** In order of arrival. */
    @Override
    public Iterator<PendingUser> iterator() {
        return users().iterator();
    }

    List<PendingUser> users() {
        return Arrays.asList(users).subList(0, count);
    }

    private PendingUser obtain(String user) {
        int slot = slot(user);
        PendingUser found = slots[slot];
        if (found != null) {
            return found;
        }
        if (count == users.length) {
            resize(count * 2);
            slot = slot(user);
        }
        PendingUser entry = users[count++];
        entry.reset(user);
        slots[slot] = entry;
        return entry;
    }

    private int slot(String user) {
        int mask = slots.length - 1;
        int hash = user.hashCode() * 0x9E3779B9;
        int slot = (hash ^ hash >>> 16) & mask;
        for (PendingUser entry = slots[slot]; entry != null; entry = slots[slot]) {
            if (entry.user().equals(user)) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void resize(int capacity) {
        int before = users.length;
        users = Arrays.copyOf(users, capacity);
        for (int i = before; i < capacity; i++) {
            users[i] = new PendingUser();
        }
        slots = new @Nullable PendingUser[2 * capacity];
        for (int i = 0; i < Math.min(count, capacity); i++) {
            slots[slot(users[i].user())] = users[i];
        }
    }
}
