package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.Presence;
import dev.presence.PresenceClock;
import dev.presence.servers.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * The store's clock is stepped while nodes run. It is a clock given to the stores and not the server's own: that one is the
 * machine's, which a test must not touch; no command sets it, time namespaces do not cover wall time, and the server is a static
 * binary, into which no other clock can be preloaded. The scripts treat both alike: all they do with either is in the line of
 * {@code common.lua} that takes the one or the other.
 */
class ClockFaultsIT extends Faults {
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final RedisServer server = opened(RedisServer.start());
    private final SteppedClock clock = opened(new SteppedClock());

    /** The system's clock, but for what it is stepped by. Elapsed time is not concerned. */
    private static final class SteppedClock implements PresenceClock {
        private final PresenceClock system = PresenceClock.system();
        private final AtomicLong offsetMillis = new AtomicLong();

        void step(Duration by) {
            offsetMillis.addAndGet(by.toMillis());
        }

        @Override
        public long millis() {
            return system.millis() + offsetMillis.get();
        }

        @Override
        public long nanos() {
            return system.nanos();
        }

        @Override
        public Timer schedule(Runnable task, long delayMillis, long slackMillis) {
            return system.schedule(task, delayMillis, slackMillis);
        }

        @Override
        public void close() {
            system.close();
        }
    }

    private Node node() {
        return node(builder(server.uri()).clock(clock));
    }

    private static Instant lastSeen(Node node, String user) {
        return node.tracker.status(user).lastSeen().orElseThrow();
    }

    @Test
    void stepForwardIsAnOutageAndNoExodus() {
        Node node = node();
        Node other = node();
        beatOn(node, USERS);
        node.tracker.heartbeat("silent");
        node.tracker.flush();

        clock.step(TEN_MINUTES);

        letPass(TIMEOUT.minusSeconds(1));
        assertThat(other.tracker.status("silent").isOnline())
                .as("in the quiet period")
                .isTrue();
        assertThat(other.tracker.status("silent").isStale()).isTrue();
        awaitRecovery(node, USERS);
        await("silent user lapses after the quiet period")
                .atMost(TIMEOUT.plusSeconds(2))
                .until(() -> !other.heard(Presence.OFFLINE).isEmpty()
                        && !node.heard(Presence.OFFLINE).isEmpty());
        assertHeardOnce(Presence.OFFLINE, node, List.of("silent"));
        assertHeardOnce(Presence.OFFLINE, other, List.of("silent"));
        assertThat(node.heard(Presence.ONLINE)).doesNotHaveDuplicates();
    }

    @Test
    void stepBackLowersNoStampAndAgesNobody() {
        Node node = node();
        beatOn(node, USERS);
        Instant before = lastSeen(node, "user1");

        clock.step(TEN_MINUTES.negated());
        Node later = node(); // has never seen the higher time, but Redis has

        letPass(TIMEOUT);
        awaitRecovery(node, USERS);
        assertThat(later.seesFresh(USERS)).isTrue();
        assertThat(lastSeen(node, "user1")).isAfterOrEqualTo(before);
        assertThat(lastSeen(later, "user1")).isAfterOrEqualTo(before);
        assertNobodyWentOffline(node, later);
    }

    @Test
    void stepBackDelaysOfflineByNoMoreThanTheStep() {
        Duration step = Duration.ofSeconds(3);
        Node node = node();
        Node other = node();
        beatOn(other, List.of("ada"));
        node.tracker.heartbeat("silent");
        node.tracker.flush();
        long start = System.nanoTime();

        clock.step(step.negated());

        await().atMost(TIMEOUT.plusSeconds(10))
                .until(() -> other.heard(Presence.OFFLINE).contains("silent"));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(TIMEOUT, TIMEOUT.plus(step).plusSeconds(2));
        assertHeardOnce(Presence.OFFLINE, other, List.of("silent"));
    }
}
