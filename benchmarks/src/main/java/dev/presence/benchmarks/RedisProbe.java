package dev.presence.benchmarks;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** What a server says of itself, over a connection of its own. */
final class RedisProbe implements ServerProbe {
    private static final long NOTICED_NANOS = 1_000_000_000L;

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;

    /**
     * What was done so far, in all and by scripts.
     *
     * @param all the commands, those within scripts too
     * @param scripts the calls of scripts
     * @param scriptMicros the time these took
     */
    record Work(long all, long scripts, long scriptMicros) {
        Work since(Work before) {
            return new Work(all - before.all, scripts - before.scripts, scriptMicros - before.scriptMicros);
        }
    }

    RedisProbe(String uri) {
        client = RedisClient.create(uri);
        connection = client.connect();
    }

    static String describe(String uri) {
        try (RedisProbe probe = new RedisProbe(uri)) {
            return probe.toString();
        }
    }

    RedisCommands<String, String> commands() {
        return connection.sync();
    }

    /** Its {@code used_memory}. */
    @Override
    public long bytes() {
        return Long.parseLong(info("memory").getOrDefault("used_memory", "0"));
    }

    @Override
    public String where() {
        return "of memory";
    }

    /** The same when connections that were closed are gone from the server. */
    long settledBytes() {
        LockSupport.parkNanos(NOTICED_NANOS);
        return bytes();
    }

    @Override
    public double cpuSeconds() {
        Map<String, String> cpu = info("cpu");
        return Double.parseDouble(cpu.getOrDefault("used_cpu_user", "0"))
                + Double.parseDouble(cpu.getOrDefault("used_cpu_sys", "0"));
    }

    @Override
    public long calls() {
        return work().all;
    }

    Work work() {
        Map<String, String> stats = info("commandstats");
        String scripts = stats.getOrDefault("cmdstat_evalsha", "calls=0,usec=0");
        return new Work(
                stats.values().stream().mapToLong(stat -> field(stat, "calls")).sum(),
                field(scripts, "calls"),
                field(scripts, "usec"));
    }

    private static long field(String stat, String name) {
        return Long.parseLong(stat.replaceFirst("(^|.*,)" + name + "=(\\d+).*", "$2"));
    }

    private Map<String, String> info(String section) {
        return commands()
                .info(section)
                .lines()
                .filter(line -> line.indexOf(':') > 0)
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')), line -> line.substring(line.indexOf(':') + 1)));
    }

    /** The version of the server and the allocator it was built with. */
    @Override
    public String toString() {
        return "Redis " + info("server").get("redis_version") + " with "
                + info("memory").get("mem_allocator");
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}
