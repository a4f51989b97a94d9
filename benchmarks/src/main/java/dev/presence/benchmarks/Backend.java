package dev.presence.benchmarks;

import dev.presence.PresenceStore;
import dev.presence.inmemory.CaffeinePresenceStore;
import dev.presence.redis.RedisPresenceStore;
import dev.presence.servers.MariaDbServer;
import dev.presence.servers.PostgresServer;
import dev.presence.servers.RedisServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a scenario can run on, and what is asked of it (DESIGN section 7). */
enum Backend {
    /** The in-process store. */
    INMEMORY(1, Duration.ofSeconds(10), 1_000, 5_000) {
        @Override
        Open open(Duration timeout) {
            return new Open(
                    CaffeinePresenceStore.builder().timeout(timeout).build(),
                    "the in-process store",
                    ServerProbe.NONE,
                    () -> {});
        }
    },
    /** One server, started for the scenario. */
    REDIS(64, Duration.ofSeconds(60), 2_000, 10_000) {
        @Override
        Open open(Duration timeout) {
            RedisServer server = RedisServer.start();
            RedisProbe probe = new RedisProbe(server.uri());
            return new Open(
                    RedisPresenceStore.builder(server.uri()).timeout(timeout).build(),
                    probe.toString(),
                    probe,
                    server::close);
        }
    },
    /** One server, started for the scenario, that syncs each commit. */
    POSTGRES(64, Duration.ofSeconds(60), 2_000, 60_000) {
        @Override
        Open open(Duration timeout) {
            PostgresServer server = PostgresServer.start("fsync=on", "shared_buffers=1GB", "max_wal_size=4GB");
            PostgresProbe probe = new PostgresProbe(server);
            return onSql(server.jdbcUrl(), timeout, probe.toString(), probe, server::close);
        }
    },
    /** The server that the system property {@code presence.mariadb.url} names, with an empty database. */
    MARIADB(64, Duration.ofSeconds(60), 2_000, 60_000) {
        @Override
        Open open(Duration timeout) {
            return onSql(MariaDbServer.sharedUrl(), timeout, "MariaDB", ServerProbe.NONE, () -> {});
        }
    },
    /** In the memory of this process. */
    H2(64, Duration.ofSeconds(60), 2_000, 60_000) {
        @Override
        Open open(Duration timeout) {
            return onSql("jdbc:h2:mem:presence;DB_CLOSE_DELAY=-1", timeout, "H2 in memory", ServerProbe.NONE, () -> {});
        }
    };

    private static final int CONNECTIONS = 8;
    private static final String OPTION = "--store=";

    private final int readers;
    private final Duration lagTimeout;
    private final double lagMillis;
    private final double allAtOnceMillis;

    Backend(int readers, Duration lagTimeout, double lagMillis, double allAtOnceMillis) {
        this.readers = readers;
        this.lagTimeout = lagTimeout;
        this.lagMillis = lagMillis;
        this.allAtOnceMillis = allAtOnceMillis;
    }

    /** A store on a back end that was started for it; both end together. */
    record Open(PresenceStore store, String description, ServerProbe server, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            store.close();
            server.close();
            end.run();
        }
    }

    abstract Open open(Duration timeout);

    private static Open onSql(String url, Duration timeout, String description, ServerProbe server, Runnable end) {
        SqlStore opened = SqlStore.open(url, CONNECTIONS, timeout);
        return new Open(opened.store(), description, server, () -> {
            opened.close();
            end.run();
        });
    }

    /** The one that {@code --store=} names, else the in-process store. */
    static Backend of(List<String> options) {
        return of(options, INMEMORY);
    }

    /** The one that {@code --store=} names, else the usual one. */
    static Backend of(List<String> options, Backend usual) {
        return given(options).orElse(usual);
    }

    /** The one that {@code --store=} names. */
    static Optional<Backend> given(List<String> options) {
        return options.stream()
                .filter(option -> option.startsWith(OPTION))
                .map(option -> named(option.substring(OPTION.length())))
                .findFirst();
    }

    /** The options that are not about the back end. */
    static List<String> others(List<String> options) {
        return options.stream().filter(option -> !option.startsWith(OPTION)).toList();
    }

    private static Backend named(String name) {
        return Arrays.stream(values())
                .filter(backend -> backend.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(OPTION + name + " is none of "
                        + Arrays.stream(values()).map(Backend::toString).collect(Collectors.joining(", "))));
    }

    /** 1 for a local view of everyone, which is how the required load is to be carried on SQL, else 0. */
    int usualView() {
        return this == POSTGRES || this == MARIADB || this == H2 ? 1 : 0;
    }

    /** How many threads read; one that waits for a server reads little. */
    int readers() {
        return readers;
    }

    /** As short as the back end can take a million beats within half of it. */
    int lagTimeoutSeconds() {
        return (int) lagTimeout.toSeconds();
    }

    double mostLagMillis() {
        return lagMillis;
    }

    double mostAllAtOnceMillis() {
        return allAtOnceMillis;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
