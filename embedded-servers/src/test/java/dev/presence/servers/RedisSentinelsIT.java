package dev.presence.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisSentinelsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void replicaTakesOverFromADeadPrimary() {
        try (RedisSentinels servers = RedisSentinels.start("--requirepass", "secret", "--masterauth", "secret")) {
            RedisServer first = servers.primary();
            assertThat(first).isSameAs(servers.servers().get(0));
            assertThat(servers.uri()).matches("redis-sentinel://127.0.0.1:\\d+,127.0.0.1:\\d+,127.0.0.1:\\d+#presence");
            first.call("SET", "k", "v");
            assertThat(first.call("WAIT", "2", "10000")).isEqualTo(2L);

            first.kill();
            await().atMost(LIMIT).until(() -> servers.primary() != first);

            RedisServer second = servers.primary();
            await().atMost(LIMIT).until(() -> second.text("ROLE").contains("master"));
            assertThat(second.text("GET", "k")).isEqualTo("v");
        }
    }
}
