package dev.presence.servers;

import java.util.List;
import java.util.stream.Stream;

/**
 * The move of one slot to another master, step by step: {@link #begin()}, {@link #keys(int)} until it returns 0,
 * {@link #finish()}. In between, clients are sent from one master to the other with ASK. Not thread-safe.
 */
public final class SlotMove {
    private static final String TIMEOUT_MILLIS = "5000";

    private final RedisCluster cluster;
    private final String slot;
    private final RedisServer from;
    private final RedisServer to;

    SlotMove(RedisCluster cluster, int slot, RedisServer from, RedisServer to) {
        this.cluster = cluster;
        this.slot = "" + slot;
        this.from = from;
        this.to = to;
    }

    /**
     * Opens the slot on both masters. From here on the old one answers ASK for keys that it does not have.
     */
    public void begin() {
        to.call("CLUSTER", "SETSLOT", slot, "IMPORTING", RedisCluster.id(from));
        from.call("CLUSTER", "SETSLOT", slot, "MIGRATING", RedisCluster.id(to));
    }

    /**
     * Moves some keys with their values and times to live.
     *
     * @param count how many keys at most
     * @return how many there were; 0 if all are moved
     */
    public int keys(int count) {
        List<?> keys = from.list("CLUSTER", "GETKEYSINSLOT", slot, "" + count);
        if (!keys.isEmpty()) {
            Stream<String> target = Stream.of("MIGRATE", "127.0.0.1", "" + to.port(), "", "0", TIMEOUT_MILLIS);
            Stream<String> auth = to.password().isEmpty() ? Stream.of() : Stream.of("AUTH", to.password());
            Stream<String> rest = Stream.concat(Stream.of("KEYS"), keys.stream().map(String::valueOf));
            from.call(Stream.of(target, auth, rest).flatMap(words -> words).toArray(String[]::new));
        }
        return keys.size();
    }

    /** Gives the slot to the new master, and returns when all nodes that run know that. */
    public void finish() {
        String id = RedisCluster.id(to);
        // The new master first: the old one would else say for a moment that it has the slot, which it has given away.
        to.call("CLUSTER", "SETSLOT", slot, "NODE", id);
        from.call("CLUSTER", "SETSLOT", slot, "NODE", id);
        cluster.awaitMasterOf(Integer.parseInt(slot), to);
    }
}
