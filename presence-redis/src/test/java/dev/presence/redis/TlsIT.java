package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.PresenceStoreUnavailableException;
import dev.presence.servers.RedisTls;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SslOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** TLS, and what a host finds out when one side speaks it and the other does not. */
class TlsIT extends Faults {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final RedisTls redis = opened(RedisTls.start());

    @Test
    void hostDecidesWhomToTrustByAClientOfItsOwn() {
        RedisClient client = RedisClient.create(redis.uri());
        opened(client::shutdown);
        client.setOptions(ClientOptions.builder()
                .sslOptions(SslOptions.builder()
                        .trustManager(redis.certificate().toFile())
                        .build())
                .build());
        Node node = node(settings(RedisPresenceStore.builder(client)));
        beatOn(node, List.of("ada"));
        assertThat(node.tracker.onlineCount()).isEqualTo(1);
    }

    @Test
    void certificateThatNobodyTrustsIsRefused() {
        assertRefused(redis.uri(), "certification path");
    }

    @Test
    void plainTextToATlsPortFailsInTime() {
        assertRefused(redis.uri().replace("rediss:", "redis:"), "127.0.0.1");
    }

    @Test
    void tlsToAPlainTextPortFailsInTime() {
        assertRefused(redis.server().uri().replace("redis:", "rediss:"), "127.0.0.1");
    }

    private static void assertRefused(String uri, String word) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> builder(uri).build())
                .isInstanceOf(PresenceStoreUnavailableException.class)
                .hasMessageContaining(word);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }
}
