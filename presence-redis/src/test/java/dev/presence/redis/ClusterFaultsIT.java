package dev.presence.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.Counter;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.PresenceStoreException;
import dev.presence.servers.RedisCluster;
import dev.presence.servers.RedisServer;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What may happen to a cluster while users beat. */
class ClusterFaultsIT extends Faults {
    /** Longer than a failover takes. */
    private static final Duration LONGER = Duration.ofSeconds(12);

    private final RedisCluster cluster = opened(RedisCluster.start());
    private final Node node = node(builder(cluster.uris().get(0)).timeout(LONGER));
    private final Node other = node(builder(cluster.uris().get(1)).timeout(LONGER));

    private List<RedisServer> masters() {
        return IntStream.of(0, RedisCluster.SLOTS / 2, RedisCluster.SLOTS - 1)
                .mapToObj(cluster::masterOf)
                .toList();
    }

    private void assertAllAreWellWithin(Duration time) {
        await().atMost(time).ignoreExceptions().until(() -> node.seesFresh(USERS) && other.seesFresh(USERS));
    }

    @Test
    void masterThatDiesIsReplacedByOneThatKnowsNoScriptsAndNobodyGoesOffline() {
        beatOn(node, USERS);
        cluster.killMasterOf(8_000);
        cluster.awaitHealthy();
        await("beats recorded").atMost(RECOVERY).ignoreExceptions().until(() -> node.hasRecorded(USERS));
        letPass(LONGER.plusSeconds(1)); // so that a sweep would claim who is forgotten
        assertAllAreWellWithin(RECOVERY);
        assertNobodyWentOffline(node, other);
        assertThat(node.tracker.onlineCount()).isEqualTo(USERS.size());
        assertThat(log.warnings()).hasSizeLessThanOrEqualTo(20); // of two nodes, nearly all of them Lettuce's
    }

    @Test
    void scriptsThatOneMasterForgetsAreTaughtAgainInTheSamePipeline() {
        beatOn(node, USERS);
        long failures = node.count(Counter.FLUSH_FAILURES) + node.count(Counter.SWEEP_FAILURES);
        for (RedisServer master : masters()) {
            long recorded = node.count(Counter.WRITES_RECORDED);
            master.call("SCRIPT", "FLUSH");
            await().atMost(RECOVERY).until(() -> node.count(Counter.WRITES_RECORDED) >= recorded + 2L * USERS.size());
        }
        assertThat(node.count(Counter.FLUSH_FAILURES) + node.count(Counter.SWEEP_FAILURES))
                .isEqualTo(failures);
        assertAllAreWellWithin(RECOVERY);
        assertNobodyWentOffline(node, other);
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void feedSaysWhileAMasterDoesNotAnswer() {
        beatOn(node, USERS);
        FeedPosition place = node.store.feed(FeedPosition.END, 1).next();
        RedisServer hung = masters().get(0);
        hung.pause();
        await().atMost(Duration.ofSeconds(5)).until(() -> continuity(place) == FeedPage.Continuity.PARTIAL);
        hung.resume();
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(PresenceStoreException.class)
                .until(() -> continuity(place) != FeedPage.Continuity.PARTIAL);
    }

    private FeedPage.Continuity continuity(FeedPosition place) {
        return node.store.feed(place, 1).continuity();
    }

    @Test
    void slotsThatMoveUnderLoadLoseNobody() {
        beatOn(node, USERS);
        int slot = SlotHash.getSlot(tagged());
        RedisServer from = cluster.masterOf(slot);
        RedisServer to =
                masters().stream().filter(master -> master != from).findFirst().orElseThrow();
        cluster.migrateSlot(slot, from, to);
        assertThat(cluster.masterOf(slot)).isSameAs(to);
        letPass(Duration.ofSeconds(1));
        assertAllAreWellWithin(RECOVERY);
        assertNobodyWentOffline(node, other);
        assertThat(node.tracker.onlineCount()).isEqualTo(USERS.size());
    }

    /** A slot that is in use: that of the first group. */
    private static byte[] tagged() {
        return new Layout("presence", 128, new Layout.Spread(0, 128, 0), "0123456789abcdef".getBytes(UTF_8)).meta(0);
    }
}
