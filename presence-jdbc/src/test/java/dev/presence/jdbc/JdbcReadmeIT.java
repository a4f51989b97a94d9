package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.presence.HeartbeatTracker;
import dev.presence.servers.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's Java for databases compiles and runs. What stands between {@code // README} and {@code // end} is shown there. */
class JdbcReadmeIT {
    private static final Path README = Path.of("../README.md");
    private static final Path HERE = Path.of("src/test/java/dev/presence/jdbc/JdbcReadmeIT.java");
    private static final Pattern REGION = Pattern.compile("(?ms)^ *// README .*?\\n(.*?)^ *// end$");

    @Test
    void everyMarkedRegionIsShown() throws IOException {
        Matcher region = REGION.matcher(Files.readString(HERE));
        List<String> regions =
                region.results().map(match -> plain(match.group(1))).toList();

        assertThat(regions).isNotEmpty();
        assertThat(plain(Files.readString(README))).contains(regions);
    }

    @Test
    void poolOfItsOwn() {
        String url = PostgresServer.sharedUrl();
        // README JDBC
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url); // jdbc:postgresql://db.example.com/presence?user=presence&password=secret
        config.setMaximumPoolSize(4);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        HikariDataSource pool = new HikariDataSource(config);
        JdbcPresenceStore store = JdbcPresenceStore.builder(pool)
                .createSchema() // or give schema-postgresql.sql to Flyway
                .timeout(Duration.ofSeconds(30))
                .build();
        HeartbeatTracker tracker = HeartbeatTracker.create(store);
        // end
        try (pool;
                store;
                tracker) {
            tracker.heartbeat("ada");
            tracker.flush();

            assertThat(store.statuses(List.of("ada")).statuses().get(0).isOnline())
                    .isTrue();
        }
    }

    private static String plain(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
