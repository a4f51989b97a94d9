package dev.presence.servers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A Redis Cluster whose nodes take each other for dead after a second of silence. Calls block until they are done; not
 * thread-safe.
 */
public final class RedisCluster implements AutoCloseable {
    /** How many slots every Redis Cluster has. */
    public static final int SLOTS = 16_384;

    private static final int KEYS_PER_STEP = 100;

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster() {}

    /**
     * Starts three masters with a replica each.
     *
     * @param options more options for each node, as for {@link #start(int, int, String...)}
     * @return the cluster, in which all is well
     * @throws IllegalStateException if a node does not start, or the cluster does not form in time
     */
    public static RedisCluster start(String... options) {
        return start(3, 1, options);
    }

    /**
     * Starts a cluster, and returns when all slots are served and all replicas are in step.
     *
     * @param masters how many masters: one, which nothing takes over from, or at least 3, as two could not agree that one of
     *     them is dead
     * @param replicasPerMaster how many replicas each of them has
     * @param options more options for each node, as on the command line of Redis. A password is given as both
     *     {@code "--requirepass"} and {@code "--masterauth"}
     * @return the cluster, in which all is well
     * @throws IllegalArgumentException if a number is too small
     * @throws IllegalStateException if a node does not start, or the cluster does not form in time
     */
    public static RedisCluster start(int masters, int replicasPerMaster, String... options) {
        boolean isAlone = masters == 1 && replicasPerMaster == 0;
        if (!isAlone && (masters < 3 || replicasPerMaster < 0)) {
            throw new IllegalArgumentException(
                    "a cluster needs at least 3 masters and 0 replicas of each, or is one master alone, not " + masters
                            + " and " + replicasPerMaster);
        }
        List<String> all = new ArrayList<>(List.of("--cluster-enabled", "yes", "--cluster-node-timeout", "1000"));
        all.addAll(List.of("--repl-diskless-sync-delay", "0"));
        all.addAll(List.of(options));
        RedisCluster started = new RedisCluster();
        try {
            int nodes = masters * (1 + replicasPerMaster);
            IntStream.range(0, nodes).forEach(i -> started.nodes.add(RedisServer.start(all)));
            started.form(masters);
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /**
     * All nodes, dead ones too.
     *
     * @return those that were started as masters, then those that were started as their replicas
     */
    public List<RedisServer> nodes() {
        return List.copyOf(nodes);
    }

    /**
     * Where clients can begin.
     *
     * @return the addresses of all nodes, {@code redis://127.0.0.1:port} each
     */
    public List<String> uris() {
        return nodes.stream().map(RedisServer::uri).toList();
    }

    /**
     * The slot of a key.
     *
     * @param key the key, in ASCII
     * @return a number from 0 to 16383
     */
    public int slotOf(String key) {
        return Integer.parseInt(anyNode().text("CLUSTER", "KEYSLOT", key));
    }

    /**
     * The master of a slot, as the first node that runs sees it. Right after the death of a master that is the dead one.
     *
     * @param slot the slot
     * @return its master
     * @throws IllegalStateException if the slot has none, or no node runs
     */
    public RedisServer masterOf(int slot) {
        int port = masterPort(slot, anyNode())
                .orElseThrow(() -> new IllegalStateException("slot " + slot + " has no master"));
        return nodes.stream().filter(node -> node.port() == port).findFirst().orElseThrow();
    }

    /**
     * Kills the master of a slot. {@link #awaitHealthy()} then waits for its replica to take over.
     *
     * @param slot the slot
     * @return the killed server, which can be restarted as a replica
     */
    public RedisServer killMasterOf(int slot) {
        RedisServer master = masterOf(slot);
        master.kill();
        return master;
    }

    /**
     * Prepares to move a slot step by step. Nothing is done yet.
     *
     * @param slot the slot
     * @param from its master
     * @param to its next master
     * @return the move
     */
    public SlotMove move(int slot, RedisServer from, RedisServer to) {
        return new SlotMove(this, slot, from, to);
    }

    /**
     * Moves a slot with all its keys, which may be in use meanwhile.
     *
     * @param slot the slot
     * @param from its master
     * @param to its next master
     */
    public void migrateSlot(int slot, RedisServer from, RedisServer to) {
        SlotMove move = move(slot, from, to);
        move.begin();
        int moved;
        do {
            moved = move.keys(KEYS_PER_STEP);
        } while (moved > 0);
        move.finish();
    }

    /**
     * Returns when every node that runs says that the cluster serves all slots, by masters that run, and every replica that runs
     * is in step.
     *
     * @throws IllegalStateException if that takes too long
     */
    public void awaitHealthy() {
        await(this::isHealthy, "see all slots served by running masters and are in step with theirs");
    }

    void awaitMasterOf(int slot, RedisServer master) {
        await(
                node -> masterPort(slot, node).equals(Optional.of(master.port())),
                "see " + master.uri() + " as the master of slot " + slot);
    }

    static String id(RedisServer node) {
        return node.text("CLUSTER", "MYID");
    }

    /** Closes all nodes. */
    @Override
    public void close() {
        RedisServer.closeAll(nodes);
    }

    private void form(int masters) {
        for (int i = 0; i < masters; i++) {
            String first = "" + SLOTS * i / masters;
            String last = "" + (SLOTS * (i + 1) / masters - 1);
            nodes.get(i).call("CLUSTER", "ADDSLOTSRANGE", first, last);
        }
        for (int i = 0; i < nodes.size(); i++) {
            // Nodes that meet with the same epoch would first have to sort out who has which.
            nodes.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
            if (i > 0) {
                nodes.get(0)
                        .call("CLUSTER", "MEET", "127.0.0.1", "" + nodes.get(i).port());
            }
        }
        await(node -> says(node, "cluster_known_nodes:" + nodes.size()), "know all others");
        for (int i = masters; i < nodes.size(); i++) {
            replicate(nodes.get(i), nodes.get(i % masters));
        }
        awaitHealthy();
    }

    private void replicate(RedisServer replica, RedisServer master) {
        String id = id(master);
        // Refused until the replica has learned that the other is a master.
        Poll.until(
                () -> replica.text("CLUSTER", "REPLICATE", id).equals("OK"),
                () -> replica.uri() + " cannot become a replica of " + master.uri());
    }

    private void await(Predicate<RedisServer> condition, String what) {
        Poll.until(
                () -> running().stream().allMatch(condition),
                () -> "of the nodes " + running().stream().map(RedisServer::uri).toList() + " not all " + what);
    }

    private boolean isHealthy(RedisServer node) {
        List<Integer> running = running().stream().map(RedisServer::port).toList();
        String replication = node.text("INFO", "replication");
        return says(node, "cluster_state:ok")
                && SlotRange.seenBy(node).stream().map(SlotRange::masterPort).allMatch(running::contains)
                && (replication.contains("role:master") || replication.contains("master_link_status:up"));
    }

    private static boolean says(RedisServer node, String fact) {
        return node.text("CLUSTER", "INFO").contains(fact + "\r\n");
    }

    private static Optional<Integer> masterPort(int slot, RedisServer node) {
        return SlotRange.seenBy(node).stream()
                .filter(range -> range.contains(slot))
                .map(SlotRange::masterPort)
                .findFirst();
    }

    private List<RedisServer> running() {
        return nodes.stream().filter(RedisServer::isRunning).toList();
    }

    private RedisServer anyNode() {
        return running().stream().findFirst().orElseThrow(() -> new IllegalStateException("no node runs"));
    }
}
