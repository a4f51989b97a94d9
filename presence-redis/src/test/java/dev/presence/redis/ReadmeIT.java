package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.HeartbeatTracker;
import dev.presence.servers.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's Java for Redis compiles and runs. What stands between {@code // README} and {@code // end} is shown there. */
class ReadmeIT {
    private static final Path README = Path.of("../README.md");
    private static final Path HERE = Path.of("src/test/java/dev/presence/redis/ReadmeIT.java");
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
    void twoTenants() {
        try (RedisServer server = RedisServer.start()) {
            String uri = server.uri();
            // README Redis
            RedisPresenceStore store = RedisPresenceStore.builder(uri) // redis://presence:secret@redis.example.com
                    .keyPrefix("presence:shop") // of one tenant
                    .expectedUsers(5_000_000)
                    .build();
            HeartbeatTracker tracker = HeartbeatTracker.create(store);
            // end
            try (RedisPresenceStore other = RedisPresenceStore.builder(uri)
                            .keyPrefix("presence:blog")
                            .timeout(Duration.ofMinutes(5))
                            .build();
                    HeartbeatTracker theirs = HeartbeatTracker.create(other);
                    store;
                    tracker) {
                tracker.heartbeat("ada");
                tracker.flush();

                assertThat(tracker.status("ada").isOnline()).isTrue();
                assertThat(theirs.status("ada").lastSeen()).isEmpty();
                assertThat(theirs.onlineCount()).isZero();
            }
        }
    }

    /** Without indentation and empty lines, as for the other stores. */
    private static String plain(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }
}
