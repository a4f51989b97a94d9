package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.HeartbeatTracker;
import dev.presence.ManualClock;
import dev.presence.PresenceStore;
import dev.presence.inmemory.CaffeinePresenceStore;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CrowdTest {
    private final ManualClock clock = ManualClock.create();
    private final PresenceStore store =
            CaffeinePresenceStore.builder().clock(clock).build();
    private final HeartbeatTracker tracker = HeartbeatTracker.create(store);

    @AfterEach
    void stop() {
        tracker.close();
        store.close();
    }

    @Test
    void whoWasHereBeforeIsAVisitorToo() {
        tracker.heartbeat("u1");
        clock.runDue();

        try (Crowd crowd = new Crowd(tracker, List.of("Nadia"))) {
            tracker.heartbeat("u2");
            tracker.heartbeat("Nadia");
            clock.runDue();

            assertThat(crowd.visitors()).containsExactly("u1", "u2");
            assertThat(crowd.simulated()).containsExactly("Nadia");
        }
    }

    @Test
    void onlyTheNewestVisitorsAreKept() {
        try (Crowd crowd = new Crowd(tracker, List.of())) {
            for (int i = 0; i <= Crowd.MAXIMUM_VISITORS; i++) {
                tracker.heartbeat("u" + i);
                clock.runDue();
            }

            assertThat(crowd.visitors())
                    .isEqualTo(IntStream.rangeClosed(1, Crowd.MAXIMUM_VISITORS)
                            .mapToObj(i -> "u" + i)
                            .toList());
            assertThat(crowd.since(0).people()).isEqualTo(Crowd.MAXIMUM_VISITORS + 1);
        }
    }

    @Test
    void samplesAreToldOnceAndAllOfThemToWhoKnowsMoreThanThereAre() {
        tracker.heartbeat("u1");
        clock.runDue();
        try (Crowd crowd = new Crowd(tracker, List.of())) {
            crowd.sample();
            Crowd.News first = crowd.since(0);

            assertThat(first.from()).isZero();
            assertThat(first.online()).isNotEmpty().containsOnly(1L);
            int told = first.online().size();
            assertThat(crowd.since(told).from()).isEqualTo(told);
            assertThat(crowd.since(1_000_000).from()).isZero(); // as after a restart
        }
    }

    @Test
    void simulatedNamesAreAllDifferent() {
        assertThat(SimulatedNames.of(SimulatedNames.MAXIMUM))
                .doesNotHaveDuplicates()
                .hasSize(400);
    }
}
