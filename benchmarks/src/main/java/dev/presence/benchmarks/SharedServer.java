package dev.presence.benchmarks;

import dev.presence.servers.PostgresServer;
import dev.presence.servers.RedisServer;

/**
 * A server that several processes keep presence in, and that ends with the scenario.
 *
 * @param address what {@link SharedStore} opens
 * @param description for the heading of the results
 * @param end ends it
 */
record SharedServer(String address, String description, Runnable end) implements AutoCloseable {
    static SharedServer start(Backend backend) {
        return switch (backend) {
            case REDIS -> {
                RedisServer server = RedisServer.start();
                yield new SharedServer(server.uri(), RedisProbe.describe(server.uri()), server::close);
            }
            case POSTGRES -> {
                PostgresServer server = PostgresServer.start("fsync=on", "shared_buffers=1GB", "max_wal_size=4GB");
                yield new SharedServer(server.jdbcUrl(), PostgresProbe.describe(server), server::close);
            }
            default -> throw new IllegalArgumentException("nodes cannot share " + backend);
        };
    }

    @Override
    public void close() {
        end.run();
    }
}
