package dev.presence.demo;

import dev.presence.PresenceClock;
import dev.presence.StoreSettings;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that opens a store. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StoreOptions {
    private static final Set<StoreKind> SQL = Set.of(StoreKind.H2, StoreKind.POSTGRES, StoreKind.MARIADB);

    @Option(
            names = "--store",
            paramLabel = "STORE",
            defaultValue = "inmemory",
            description = "one of: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
    private StoreKind store;

    @Option(
            names = "--redis",
            paramLabel = "URI",
            description =
                    "where the Redis of --store=redis is, such as redis://localhost; default: one that is started, and"
                            + " ends with the demo")
    private @Nullable String redis;

    @Option(
            names = "--jdbc",
            paramLabel = "URL",
            description = "where the database of --store=h2, postgres or mariadb is, such as"
                    + " jdbc:postgresql://localhost/app?user=ada; default: one that is started, and ends with the demo,"
                    + " but for mariadb")
    private @Nullable String jdbc;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "how long after the last beat a user is still online; default: ${DEFAULT-VALUE}")
    private Duration timeout;

    Duration timeout() {
        return timeout;
    }

    /** Whether the store is on a server that was started for it. */
    boolean isOnOwnServer() {
        return (store == StoreKind.REDIS && redis == null) || (store == StoreKind.POSTGRES && jdbc == null);
    }

    /** Whether others may use the same store. */
    boolean isOnNamedServer() {
        return redis != null || jdbc != null;
    }

    /**
     * Opens the store, on a clock of its own.
     *
     * @throws IllegalArgumentException if the options make no sense
     */
    OpenStore open(StoreSettings settings) {
        return opened(settings, null);
    }

    /** Opens the store for data of its own, on a clock that somebody drives, and closes after it. */
    OpenStore open(StoreSettings settings, PresenceClock driven) {
        return opened(settings, driven);
    }

    /**
     * Opens the same store once more, for a further node.
     *
     * @throws IllegalArgumentException if nodes cannot share it
     */
    OpenStore openAgain(StoreSettings settings, OpenStore first) {
        String address = first.address()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--nodes goes with a store that nodes can share, not with --store=" + store));
        return store.open(settings, null, address);
    }

    private OpenStore opened(StoreSettings settings, @Nullable PresenceClock driven) {
        if (redis != null && store != StoreKind.REDIS) {
            throw new IllegalArgumentException("--redis goes with --store=redis, not with --store=" + store);
        }
        boolean isSql = SQL.contains(store);
        if (jdbc != null && !isSql) {
            throw new IllegalArgumentException(
                    "--jdbc goes with --store=h2, postgres or mariadb, not with --store=" + store);
        }
        return store.open(settings, driven, isSql ? jdbc : redis);
    }
}
