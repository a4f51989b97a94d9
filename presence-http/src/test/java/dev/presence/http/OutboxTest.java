package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Presence;
import dev.presence.StatusBatch;
import dev.presence.Transition;
import dev.presence.UserStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits for a reader is the newest of each user, whatever happens meanwhile. */
final class OutboxTest {
    private final Outbox outbox = new Outbox();

    @BeforeEach
    void watch() {
        outbox.name(Map.of("ada", "ada", "bob", "bob"));
        outbox.onSnapshot(new StatusBatch(
                0, List.of(UserStatus.of("ada", Presence.OFFLINE), UserStatus.of("bob", Presence.OFFLINE))));
        outbox.take();
    }

    private void turn(String user, Presence presence) {
        outbox.onTransition(
                new Transition(user, presence, Instant.EPOCH, Optional.empty(), Transition.Origin.ELSEWHERE));
    }

    @Test
    void floodOfTurnsFoldsToTheNewestOfEach() {
        for (int i = 0; i < 10_000; i++) {
            turn("ada", Presence.ONLINE);
            turn("bob", Presence.ONLINE);
            turn("ada", Presence.OFFLINE);
        }
        turn("ada", Presence.ONLINE);
        Outbox.News news = outbox.take().orElseThrow();
        assertThat(news.snapshot()).isEmpty();
        assertThat(news.transitions())
                .extracting(turn -> turn.user() + " " + turn.presence())
                .containsExactlyInAnyOrder("ada ONLINE", "bob ONLINE");
    }

    @Test
    void whoIsBackBeforeAnybodyLookedIsNoNews() {
        turn("ada", Presence.ONLINE);
        turn("ada", Presence.OFFLINE);
        assertThat(outbox.take()).isEmpty();
    }

    @Test
    void snapshotTakesThePlaceOfTurnsAndOfFormerSnapshots() {
        turn("ada", Presence.ONLINE);
        for (int i = 0; i < 100; i++) {
            outbox.onSnapshot(new StatusBatch(
                    i,
                    List.of(UserStatus.of("ada", Presence.ONLINE).asStale(), UserStatus.of("bob", Presence.OFFLINE))));
        }
        turn("bob", Presence.ONLINE);
        Outbox.News news = outbox.take().orElseThrow();
        assertThat(news.transitions()).isEmpty();
        assertThat(news.snapshot().orElseThrow())
                .isEqualTo(new StatusBatch(
                        99,
                        List.of(
                                UserStatus.of("ada", Presence.ONLINE).asStale(),
                                UserStatus.of("bob", Presence.ONLINE))));
    }
}
