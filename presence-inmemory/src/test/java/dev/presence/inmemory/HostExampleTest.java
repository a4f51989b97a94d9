package dev.presence.inmemory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.presence.HeartbeatTracker;
import dev.presence.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A host's own test, as the README shows it. Uses nothing but this module and JUnit, as a host may have nothing else. */
class HostExampleTest {
    // README a host's own test
    @Test
    void silentUserGoesOffline() {
        ManualClock clock = ManualClock.create(); // stands at 2026-01-01T00:00:00Z
        List<String> heard = new ArrayList<>();
        try (var store = CaffeinePresenceStore.builder().clock(clock).build();
                var tracker = HeartbeatTracker.create(store)) {
            tracker.addListener(change -> heard.add(change.user() + " " + change.presence() + " " + change.at()));
            tracker.heartbeat("ada");
            clock.advance(Duration.ofSeconds(30)); // exactly the timeout: still online
            assertTrue(tracker.status("ada").isOnline());
            clock.advance(Duration.ofMillis(1)); // runs the sweep and the listener, here and now
            assertFalse(tracker.status("ada").isOnline());
            assertEquals(List.of("ada ONLINE 2026-01-01T00:00:00Z", "ada OFFLINE 2026-01-01T00:00:30.001Z"), heard);
        }
    }
    // end
}
