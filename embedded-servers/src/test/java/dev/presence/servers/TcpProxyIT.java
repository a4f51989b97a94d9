package dev.presence.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpProxyIT {
    private final RedisServer server = RedisServer.start();
    private final TcpProxy proxy = TcpProxy.to(server);
    private final RedisConnection client = open();

    @AfterEach
    void close() {
        client.close();
        proxy.close();
        server.close();
    }

    private RedisConnection open() {
        return RedisConnection.open(URI.create(proxy.uri()).getPort());
    }

    private Object set(String value) {
        return String.valueOf(client.call(List.of("SET", "k", value)));
    }

    @Test
    void passesEverythingOn() {
        String big = "x".repeat(3_000_000);
        assertThat(set(big)).isEqualTo("OK");
        assertThat(client.call(List.of("GET", "k"))).isEqualTo(big);
    }

    @Test
    void cutNetworkResetsConnectionsUntilItIsHealed() {
        set("1");
        proxy.cut();
        assertThatThrownBy(() -> set("2")).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> {
                    try (RedisConnection another = open()) {
                        another.call(List.of("PING"));
                    }
                })
                .isInstanceOf(UncheckedIOException.class);
        proxy.heal();
        try (RedisConnection another = open()) {
            assertThat(another.call(List.of("GET", "k"))).isEqualTo("1");
        }
    }

    @Test
    void stalledNetworkDeliversWhenItIsHealed() {
        proxy.stall();
        CompletableFuture<Object> answer = CompletableFuture.supplyAsync(() -> set("1"));
        await().during(Duration.ofMillis(200)).atMost(Duration.ofSeconds(5)).until(() -> !answer.isDone());
        assertThat(server.call("EXISTS", "k")).isEqualTo(0L);
        proxy.heal();
        assertThat(answer.join()).isEqualTo("OK");
    }

    @Test
    void slowNetworkTakesItsTimeBothWays() {
        set("1");
        proxy.delay(Duration.ofMillis(100));
        long start = System.nanoTime();
        set("2");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void connectionIsResetAfterSoManyBytesWhichTheServerGets() {
        set("1");
        proxy.resetAfter("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\n2\r\n".length());
        assertThat(set("2")).isEqualTo("OK");
        assertThatThrownBy(() -> set("3")).isInstanceOf(UncheckedIOException.class);
        assertThat(server.call("GET", "k")).isEqualTo("2");
        try (RedisConnection another = open()) {
            assertThat(another.call(List.of("PING"))).isEqualTo("PONG");
        }
    }
}
