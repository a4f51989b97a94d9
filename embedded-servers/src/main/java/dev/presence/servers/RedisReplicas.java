package dev.presence.servers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A Redis primary and its replicas, with nobody who promotes one. Calls block until they are done; not thread-safe. */
public final class RedisReplicas implements AutoCloseable {
    private final RedisServer primary;
    private final List<RedisServer> replicas = new ArrayList<>();

    private RedisReplicas(RedisServer primary) {
        this.primary = primary;
    }

    /**
     * Starts a primary and its replicas, and returns when all replicas are in step.
     *
     * @param replicas how many replicas, at least 1
     * @param options more options for each server, as on the command line of Redis. A password is given as both
     *     {@code "--requirepass"} and {@code "--masterauth"}
     * @return the servers
     * @throws IllegalArgumentException if the number is not positive
     * @throws IllegalStateException if a server does not start, or a replica does not get in step in time
     */
    public static RedisReplicas start(int replicas, String... options) {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas must be at least 1, not " + replicas);
        }
        // By default a primary waits five seconds for more replicas before it sends the first its data.
        List<String> all = concat(List.of("--repl-diskless-sync-delay", "0"), List.of(options));
        RedisReplicas started = new RedisReplicas(RedisServer.start(all));
        try {
            String port = "" + started.primary.port();
            List<String> following = concat(all, List.of("--replicaof", "127.0.0.1", port));
            IntStream.range(0, replicas).forEach(i -> started.replicas.add(RedisServer.start(following)));
            started.awaitOnline();
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /**
     * The server that was started as the primary.
     *
     * @return the primary
     */
    public RedisServer primary() {
        return primary;
    }

    /**
     * The servers that were started as replicas.
     *
     * @return the replicas
     */
    public List<RedisServer> replicas() {
        return List.copyOf(replicas);
    }

    /**
     * All servers.
     *
     * @return the primary, then the replicas
     */
    public List<RedisServer> servers() {
        return concat(List.of(primary), replicas);
    }

    /**
     * Returns when all replicas that run are in step with the primary, as they are not after a restart.
     *
     * @throws IllegalStateException if that takes too long
     */
    public void awaitOnline() {
        Poll.until(
                () -> replicas.stream().filter(RedisServer::isRunning).allMatch(this::isOnline),
                () -> "not all replicas of " + primary.uri() + " are in step");
    }

    /** Closes all servers. */
    @Override
    public void close() {
        RedisServer.closeAll(servers());
    }

    private boolean isOnline(RedisServer replica) {
        return replica.text("INFO", "replication").contains("master_link_status:up")
                && primary.text("INFO", "replication").contains("port=" + replica.port() + ",state=online");
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
