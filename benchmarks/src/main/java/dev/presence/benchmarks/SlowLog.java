package dev.presence.benchmarks;

import io.lettuce.core.api.sync.RedisCommands;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * What time a Redis spends in each of its scripts: its statistics tell of all only together, so all that is not quite short goes into its
 * <a href="https://redis.io/docs/latest/commands/slowlog-get/">slow log</a>. That holds the commands within scripts too, and of these
 * there are far too many.
 */
final class SlowLog {
    private static final int KEPT = 10_000;
    private static final int LEAST_MICROS = 15; // a script of ours takes more, nearly all commands within it less
    private static final long BETWEEN_NANOS = 250_000_000L;

    private final RedisCommands<String, String> commands;

    SlowLog(RedisCommands<String, String> commands) {
        this.commands = commands;
        commands.configSet("slowlog-max-len", Integer.toString(KEPT));
        commands.configSet("slowlog-log-slower-than", Integer.toString(LEAST_MICROS));
    }

    /** Waits for so long. Returns the microseconds by digest of the script. */
    Map<String, Long> watch(long nanos) {
        long end = System.nanoTime() + nanos;
        Map<String, Long> micros = new HashMap<>();
        commands.slowlogReset();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(Math.min(BETWEEN_NANOS, end - System.nanoTime()));
            read(micros);
        }
        return micros;
    }

    private void read(Map<String, Long> micros) {
        commands.multi(); // so that none is lost between the two
        commands.slowlogGet(KEPT);
        commands.slowlogReset();
        List<?> entries = commands.exec().get(0);
        if (entries.size() == KEPT) {
            throw new IllegalStateException("the slow log was read too late");
        }
        for (Object one : entries) {
            List<?> entry = (List<?>) one; // number, time of day, microseconds, words of the command
            List<?> words = (List<?>) entry.get(3);
            if (words.get(0).toString().equalsIgnoreCase("evalsha")) {
                micros.merge(words.get(1).toString(), (Long) entry.get(2), Long::sum);
            }
        }
    }
}
