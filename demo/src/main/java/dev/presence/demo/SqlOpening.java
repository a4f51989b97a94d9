package dev.presence.demo;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.StoreSettings;
import dev.presence.jdbc.JdbcPresenceStore;
import dev.presence.jdbc.JdbcPresenceStoreBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Opens the store in a database, in tables that are created if need be. */
final class SqlOpening {
    private static final String SHARED_PREFIX = "presence_"; // the library's default
    private static final List<String> TABLES = List.of("user", "bucket", "group", "feed");
    private static final int CONNECTIONS = 4;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    private SqlOpening() {}

    /** See {@link StoreKind#open}. */
    static OpenStore open(StoreSettings settings, @Nullable PresenceClock driven, SqlDatabase database) {
        // What a driven clock does to users and to time is nobody else's business.
        String prefix = driven == null
                ? SHARED_PREFIX
                : "replay_" + UUID.randomUUID().toString().substring(0, 8) + "_";
        HikariDataSource pool = null;
        try {
            HikariDataSource opened = pool(database.url());
            pool = opened;
            PresenceStore store = store(opened, prefix, settings, driven);
            boolean isToBeCleared = driven != null && database.isShared();
            return new OpenStore(store, Optional.of(database.url()), () -> {
                try (opened) {
                    if (isToBeCleared) {
                        drop(opened, prefix);
                    }
                } finally {
                    database.end().run();
                }
            });
        } catch (RuntimeException e) {
            if (pool != null) {
                pool.close();
            }
            database.end().run();
            throw e;
        }
    }

    private static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
        try {
            return new HikariDataSource(config);
        } catch (PoolInitializationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new PresenceStoreUnavailableException(
                    "the database cannot be reached: " + firstLine(cause.getMessage()), e);
        }
    }

    private static PresenceStore store(
            HikariDataSource pool, String prefix, StoreSettings settings, @Nullable PresenceClock driven) {
        JdbcPresenceStoreBuilder builder = JdbcPresenceStore.builder(pool)
                .tablePrefix(prefix)
                .settings(settings)
                .createSchema();
        return driven == null ? builder.build() : builder.clock(driven).build();
    }

    private static void drop(HikariDataSource pool, String prefix) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute("DROP TABLE IF EXISTS " + prefix + table);
            }
        } catch (SQLException e) {
            throw new PresenceStoreUnavailableException(
                    "the tables of the replay, " + prefix + "…, could not be deleted: " + firstLine(e.getMessage()), e);
        }
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "no reason given" : message.lines().findFirst().orElse("");
    }
}
