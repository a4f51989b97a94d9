package dev.presence.demo;

import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.StoreSettings;
import dev.presence.redis.RedisPresenceStore;
import dev.presence.redis.RedisPresenceStoreBuilder;
import dev.presence.servers.RedisServer;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Opens the Redis store, on a server that runs or on one that is started for it. */
final class RedisOpening {
    private static final String SHARED_PREFIX = "presence"; // the library's default

    /** More are no harm, and the fewer are expected, the less there is to look through at each of many thousand instants. */
    private static final long USERS_OF_A_TRACE = 1_000;

    private RedisOpening() {}

    /** See {@link StoreKind#open}. */
    static OpenStore open(StoreSettings settings, @Nullable PresenceClock driven, @Nullable String uri) {
        // What a driven clock does to users and to time is nobody else's business.
        String prefix = driven == null ? SHARED_PREFIX : "presence-replay-" + UUID.randomUUID();
        if (uri != null) {
            PresenceStore store = store(uri, prefix, settings, driven);
            return new OpenStore(
                    store, Optional.of(uri), driven == null ? () -> {} : () -> RedisKeys.delete(uri, prefix));
        }
        RedisServer server = started();
        try {
            return new OpenStore(
                    store(server.uri(), prefix, settings, driven), Optional.of(server.uri()), server::close);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static RedisServer started() {
        try {
            return RedisServer.start();
        } catch (IllegalStateException | UncheckedIOException e) {
            throw new PresenceStoreUnavailableException(
                    "Redis cannot be started here; name one that runs by --redis=URI: " + e.getMessage(), e);
        }
    }

    private static PresenceStore store(
            String uri, String prefix, StoreSettings settings, @Nullable PresenceClock driven) {
        RedisPresenceStoreBuilder builder = builder(uri).keyPrefix(prefix).settings(settings);
        return driven == null
                ? builder.build()
                : builder.clock(driven).expectedUsers(USERS_OF_A_TRACE).build();
    }

    private static RedisPresenceStoreBuilder builder(String uri) {
        try {
            return RedisPresenceStore.builder(uri);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--redis: " + e.getMessage(), e);
        }
    }
}
