package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.ManualClock;
import dev.presence.Presence;
import dev.presence.StoreSettings;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import dev.presence.servers.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The script that records compares times of thirteen digits as text; here they are about to have as many. */
class DigitsIT {
    private static final Instant THIRTEEN_DIGITS = Instant.ofEpochMilli(1_000_000_000_000L);
    private static final Duration TIMEOUT = StoreSettings.defaults().timeout();

    private final RedisServer server = RedisServer.start();
    private final ManualClock clock = ManualClock.startingAt(THIRTEEN_DIGITS.minus(TIMEOUT.plusSeconds(1)));
    private final RedisPresenceStore store =
            RedisPresenceStore.builder(server.uri()).clock(clock).build();
    private FeedPosition read = store.feed(FeedPosition.END, 1).next();

    @AfterEach
    void stop() {
        store.close();
        server.close();
    }

    private void beat(Duration age) {
        store.record(
                new WriteBatch("n", clock.millis(), List.of(Write.beat("ada", Write.DEFAULT_SESSION, age.toMillis()))));
    }

    private void sweep() {
        store.expire(new SweepRequest("n", clock.millis(), 1_000, 0, 10));
    }

    private List<Presence> turns() {
        FeedPage page = store.feed(read, 10);
        read = page.next();
        return page.entries().stream().map(FeedEntry::presence).toList();
    }

    private UserStatus ada() {
        return store.statuses(List.of("ada")).statuses().get(0);
    }

    @Test
    void whoWasLastSeenBeforeTurnsOnlineAfter() {
        beat(Duration.ZERO);
        Instant last = Instant.ofEpochMilli(clock.millis());
        clock.advance(TIMEOUT.plusMillis(1));
        sweep();
        assertThat(turns()).containsExactly(Presence.ONLINE, Presence.OFFLINE);
        assertThat(ada().lastSeen()).contains(last);
        clock.advance(Duration.ofSeconds(1));
        assertThat(clock.millis()).isGreaterThan(THIRTEEN_DIGITS.toEpochMilli());
        beat(Duration.ZERO);
        assertThat(turns()).containsExactly(Presence.ONLINE);
        assertThat(ada().isOnline()).isTrue();
    }

    @Test
    void whoIsOnlineStaysSoAndKeepsTheNewestOfTheirBeats() {
        clock.advance(TIMEOUT);
        beat(Duration.ZERO);
        clock.advance(Duration.ofSeconds(2));
        beat(Duration.ofMillis(1));
        assertThat(ada().age()).isEqualTo(Optional.of(Duration.ofMillis(1)));
        beat(Duration.ofSeconds(2));
        beat(Duration.ofSeconds(1));
        assertThat(ada().age()).isEqualTo(Optional.of(Duration.ofMillis(1)));
        assertThat(turns()).containsExactly(Presence.ONLINE);
    }
}
