package dev.presence.servers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Redis primary with two replicas and three sentinels, of which two decide after half a second of silence that the primary is
 * down. Calls block until they are done; not thread-safe.
 *
 * <p>A primary that comes back after another has taken over is made a replica by the sentinels, which takes them some ten
 * seconds. One that comes back sooner than it was missed has no data, and its replicas throw theirs away too.
 */
public final class RedisSentinels implements AutoCloseable {
    private static final String NAME = "presence";
    private static final int REPLICAS = 2;
    private static final int SENTINELS = 3;
    private static final int QUORUM = 2;

    private final RedisReplicas data;
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinels(RedisReplicas data) {
        this.data = data;
    }

    /**
     * Starts all servers, and returns when every sentinel knows all of them.
     *
     * @param options more options for each data server, as on the command line of Redis. A password is given as both
     *     {@code "--requirepass"} and {@code "--masterauth"}; the sentinels have none
     * @return the servers
     * @throws IllegalStateException if a server does not start, or the sentinels do not find each other in time
     */
    public static RedisSentinels start(String... options) {
        RedisSentinels started = new RedisSentinels(RedisReplicas.start(REPLICAS, options));
        try {
            List<String> monitored = monitored(started.data.primary());
            IntStream.range(0, SENTINELS).forEach(i -> started.sentinels.add(RedisServer.startSentinel(monitored)));
            Poll.until(
                    () -> started.sentinels.stream().allMatch(RedisSentinels::knowsAll),
                    () -> "the sentinels at " + started.uri() + " do not know each other and all replicas");
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private static List<String> monitored(RedisServer primary) {
        List<String> lines = new ArrayList<>(List.of(
                "sentinel monitor %s 127.0.0.1 %d %d".formatted(NAME, primary.port(), QUORUM),
                "sentinel down-after-milliseconds %s 500".formatted(NAME),
                // An election that came to nothing is repeated after twice this time: by default after six minutes.
                "sentinel failover-timeout %s 5000".formatted(NAME)));
        if (!primary.password().isEmpty()) {
            lines.add("sentinel auth-pass %s %s".formatted(NAME, primary.password()));
        }
        return lines;
    }

    private static boolean knowsAll(RedisServer sentinel) {
        List<?> facts = sentinel.list("SENTINEL", "MASTER", NAME); // name, value, name, value, and so on
        return fact(facts, "num-slaves").equals("" + REPLICAS)
                && fact(facts, "num-other-sentinels").equals("" + (SENTINELS - 1));
    }

    private static String fact(List<?> facts, String name) {
        return String.valueOf(facts.get(facts.indexOf(name) + 1));
    }

    /**
     * Where clients find the primary.
     *
     * @return {@code redis-sentinel://127.0.0.1:port,127.0.0.1:port,127.0.0.1:port#presence}
     */
    public String uri() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "#" + NAME));
    }

    /**
     * The primary, as the first sentinel that runs sees it. Right after the death of a primary that is the dead one.
     *
     * @return the primary
     * @throws IllegalStateException if no sentinel runs
     */
    public RedisServer primary() {
        String port = sentinels.stream()
                .filter(RedisServer::isRunning)
                .findFirst()
                .map(sentinel -> sentinel.list("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)
                        .get(1))
                .map(String::valueOf)
                .orElseThrow(() -> new IllegalStateException("no sentinel runs"));
        return servers().stream()
                .filter(server -> port.equals("" + server.port()))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The data servers.
     *
     * @return the primary and the replicas of the start, in this order whatever their role is now
     */
    public List<RedisServer> servers() {
        return data.servers();
    }

    /**
     * The sentinels. Their {@code uri()} is that of the sentinel itself.
     *
     * @return the sentinels
     */
    public List<RedisServer> sentinels() {
        return List.copyOf(sentinels);
    }

    /** Closes all servers. */
    @Override
    public void close() {
        // Sentinels first: they would begin a failover.
        RedisServer.closeAll(sentinels);
        data.close();
    }
}
