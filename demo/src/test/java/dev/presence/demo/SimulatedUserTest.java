package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.HeartbeatTracker;
import dev.presence.ManualClock;
import dev.presence.Transition;
import dev.presence.inmemory.CaffeinePresenceStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimulatedUserTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void theyComeAndGoWithAndWithoutAWord() {
        ManualClock clock = ManualClock.create();
        List<Transition> heard = new ArrayList<>();
        try (var store = CaffeinePresenceStore.builder().clock(clock).build();
                var tracker = HeartbeatTracker.create(store)) {
            var unused = tracker.addListener(heard::add);
            SimulatedUser user = new SimulatedUser("Nadia", tracker, TIMEOUT, new Random(1));
            user.begin(clock.nanos(), true);
            long silent = 0;
            for (int second = 0; second < 3_600; second++) {
                long before = heard.size();
                clock.advance(Duration.ofSeconds(1));
                boolean lapsed =
                        heard.size() > before && !tracker.status("Nadia").isOnline();
                silent += lapsed ? 1 : 0; // nothing but the sweep of the clock spoke
                user.act(clock.nanos());
                clock.runDue();
            }

            assertThat(heard.size()).isBetween(20, 120);
            assertThat(silent).isBetween(3L, heard.size() / 2L - 3);
        }
    }
}
