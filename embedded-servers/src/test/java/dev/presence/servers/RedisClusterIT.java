package dev.presence.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RedisClusterIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void replicaTakesOverFromADeadMaster() {
        try (RedisCluster cluster = RedisCluster.start()) {
            assertThat(cluster.nodes()).hasSize(6);
            assertThat(cluster.uris())
                    .hasSize(6)
                    .contains(cluster.nodes().get(5).uri());
            int slot = cluster.slotOf("k");
            assertThat(slot).isEqualTo(7629);
            RedisServer first = cluster.masterOf(slot);
            first.call("SET", "k", "v");
            first.call("WAIT", "1", "10000");

            assertThat(cluster.killMasterOf(slot)).isSameAs(first);
            cluster.awaitHealthy();

            RedisServer second = cluster.masterOf(slot);
            assertThat(second).isNotSameAs(first);
            assertThat(second.text("GET", "k")).isEqualTo("v");

            first.restart();
            await().atMost(LIMIT).until(() -> first.text("ROLE").startsWith("[slave"));
            cluster.awaitHealthy();
            assertThat(first.call("DBSIZE")).isEqualTo(1L);
        }
    }

    @Test
    void slotMovesWithItsKeys() {
        try (RedisCluster cluster = RedisCluster.start(3, 0, "--requirepass", "secret", "--masterauth", "secret")) {
            int slot = cluster.slotOf("{a}");
            RedisServer from = cluster.masterOf(slot);
            RedisServer to = other(cluster, from);
            List<String> keys = IntStream.range(0, 250).mapToObj(i -> "{a}" + i).toList();
            keys.forEach(key -> from.call("SET", key, "v" + key, "PX", "600000"));
            from.call("SET", "{a}\u00ff\r\n", "any bytes");

            SlotMove move = cluster.move(slot, from, to);
            move.begin();
            assertThat(move.keys(10)).isEqualTo(10);

            assertThat(keys.stream().filter(key -> isAsk(from, key, to))).hasSizeBetween(9, 10);
            assertThatExceptionOfType(RedisRefusal.class)
                    .isThrownBy(() -> from.call("GET", "{a}new"))
                    .withMessage("ASK " + slot + " 127.0.0.1:" + to.port());

            while (move.keys(100) > 0) {
                assertThat(cluster.masterOf(slot)).isSameAs(from);
            }
            move.finish();

            assertThat(cluster.masterOf(slot)).isSameAs(to);
            assertThat(keys).allSatisfy(key -> {
                assertThat(to.text("GET", key)).isEqualTo("v" + key);
                assertThat((Long) to.call("PTTL", key)).isBetween(1L, 600_000L);
            });
            assertThat(to.text("GET", "{a}\u00ff\r\n")).isEqualTo("any bytes");
            assertThat(from.call("DBSIZE")).isEqualTo(0L);
            assertThat(cluster.nodes())
                    .filteredOn(node -> node != to)
                    .allSatisfy(node -> assertThatExceptionOfType(RedisRefusal.class)
                            .isThrownBy(() -> node.call("GET", "{a}1"))
                            .withMessage("MOVED " + slot + " 127.0.0.1:" + to.port()));

            cluster.migrateSlot(slot, to, from);

            assertThat(cluster.masterOf(slot)).isSameAs(from);
            assertThat(from.call("DBSIZE")).isEqualTo(251L);
            assertThat(to.call("DBSIZE")).isEqualTo(0L);
        }
    }

    @Test
    void clusterOfTwoMastersIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RedisCluster.start(2, 1));
    }

    @Test
    void oneMasterAloneServesAllSlots() {
        try (RedisCluster cluster = RedisCluster.start(1, 0)) {
            assertThat(cluster.nodes()).hasSize(1);
            assertThat(cluster.masterOf(0)).isSameAs(cluster.masterOf(RedisCluster.SLOTS - 1));
        }
    }

    private static RedisServer other(RedisCluster cluster, RedisServer node) {
        return cluster.nodes().stream()
                .filter(other -> other != node)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isAsk(RedisServer from, String key, RedisServer to) {
        try {
            from.call("GET", key);
            return false;
        } catch (RedisRefusal e) {
            return e.is("ASK") && e.getMessage().endsWith(":" + to.port());
        }
    }
}
