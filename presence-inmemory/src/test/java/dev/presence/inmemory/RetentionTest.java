package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.ManualClock;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the map lets go of users whose retention is over. */
final class RetentionTest {
    private final ManualClock clock = ManualClock.create();
    private final CaffeinePresenceStore store = CaffeinePresenceStore.builder()
            .clock(clock)
            .retention(Duration.ofSeconds(60))
            .build();

    @AfterEach
    void close() {
        store.close();
    }

    private SweepReply sweep() {
        return store.expire(new SweepRequest("n", clock.millis(), 0, 0, Integer.MAX_VALUE));
    }

    private void beatAndLapse(int users) {
        for (int i = 0; i < users; i++) {
            store.heartbeat("user-" + i, "", "n");
        }
        clock.advance(Duration.ofMillis(30_001));
        assertThat(sweep().claimed()).isEqualTo(users);
        assertThat(store.knownUsers()).isEqualTo(users);
    }

    @Test
    void usersWhoseRetentionEndsTogetherAreGoneAfterOneSweep() {
        beatAndLapse(5_000);
        clock.advance(Duration.ofSeconds(20));
        assertThat(sweep().nextDueMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(store.knownUsers()).isEqualTo(5_000);
        clock.advance(Duration.ofSeconds(20)); // the map collects by the second, not by the millisecond
        assertThat(sweep().nextDueMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(store.knownUsers()).isZero();
    }

    @Test
    void aSweepThatLeavesSomeSaysSoAndTheNextOneGoesOn() {
        beatAndLapse(20_000);
        clock.advance(Duration.ofSeconds(40));
        SweepReply first = sweep();
        assertThat(first.nextDueMillis()).isEqualTo(first.nowMillis() + 1);
        assertThat(store.knownUsers()).isEqualTo(4_000);
        SweepReply second = sweep();
        assertThat(second.nextDueMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(store.knownUsers()).isZero();
    }
}
