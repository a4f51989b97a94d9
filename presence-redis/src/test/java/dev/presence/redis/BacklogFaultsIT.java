package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.Counter;
import dev.presence.PresenceStoreException;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.Write;
import dev.presence.WriteBatch;
import dev.presence.servers.RedisServer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A server that is paused for long: what waits for it in the host's memory is bounded. */
class BacklogFaultsIT extends Faults {
    private final RedisServer server = opened(RedisServer.start());

    @Test
    void writesThatWaitAreBoundedAndRefusedOnesAreCountedAndLoggedOnce() {
        Node node = node(builder(server.uri()), tracker -> tracker.maximumPending(500));
        beatOn(node, USERS);
        server.pause();
        awaitOutage(node);

        IntStream.range(0, 5_000).forEach(i -> node.tracker.heartbeat("more" + i));

        assertThat(node.tracker.stats().pendingWrites()).isLessThanOrEqualTo(500);
        assertThat(node.count(Counter.WRITES_REFUSED)).isGreaterThanOrEqualTo(4_500);
        server.resume();
        awaitRecovery(node, USERS);
        assertNobodyWentOffline(node);
        assertThat(log.warnings()).hasSizeLessThanOrEqualTo(3);
        assertThat(log.warnings()).filteredOn(line -> line.contains("refused")).hasSize(1);
    }

    /** They cannot be taken back once they are sent: each that timed out stays in the client until its connection is given up. */
    @Test
    void commandsThatWaitForAnAnswerAreGivenUpWithTheirConnection() {
        RedisPresenceStore store = opened(builder(server.uri()).build());
        Runnable beat = () -> {
            long now = store.statuses(List.of()).nowMillis();
            store.record(new WriteBatch("n", now, List.of(Write.beat("ada", "", 0))));
        };
        beat.run();
        server.pause();

        await("end of the connection").atMost(COMMAND_TIMEOUT.multipliedBy(6)).until(() -> {
            try {
                beat.run();
                return false;
            } catch (PresenceStoreUnavailableException e) {
                return String.valueOf(e.getMessage()).contains("not connected");
            }
        });

        server.resume();
        await("recovery")
                .atMost(RECOVERY)
                .ignoreExceptionsInstanceOf(PresenceStoreException.class)
                .until(() -> {
                    beat.run();
                    return store.statuses(List.of("ada")).statuses().get(0).isOnline();
                });
        assertThat(log.warnings()).hasSizeLessThanOrEqualTo(2);
    }
}
