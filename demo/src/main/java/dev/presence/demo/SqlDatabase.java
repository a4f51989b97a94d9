package dev.presence.demo;

import dev.presence.PresenceStoreUnavailableException;
import dev.presence.servers.PostgresServer;
import java.io.UncheckedIOException;
import java.util.UUID;

/**
 * A database that the store can be in.
 *
 * @param url where it is
 * @param isShared whether it goes on when the demo ends
 * @param end what ends it if it does not
 */
record SqlDatabase(String url, boolean isShared, Runnable end) {
    /** The one that is named. */
    static SqlDatabase at(String url, String product) {
        if (!url.startsWith("jdbc:" + product + ":")) {
            throw new IllegalArgumentException(
                    "--jdbc: a URL for this store begins with jdbc:" + product + ":, see its driver for the rest");
        }
        return new SqlDatabase(url, true, () -> {});
    }

    /** In the memory of this process. */
    static SqlDatabase inMemory() {
        return new SqlDatabase("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", false, () -> {});
    }

    /** A PostgreSQL that ends with the demo. */
    static SqlDatabase started() {
        try {
            PostgresServer server = PostgresServer.start();
            return new SqlDatabase(server.jdbcUrl(), false, server::close);
        } catch (IllegalStateException | UncheckedIOException e) {
            throw new PresenceStoreUnavailableException(
                    "PostgreSQL cannot be started here; name one that runs by --jdbc=URL: " + e.getMessage(), e);
        }
    }
}
