package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.PresenceStore;
import dev.presence.TrackerHealth;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;

/** What it costs to sweep while nobody is due. */
final class SweepCost {
    private static final long TRIMMING_NANOS = 20_000_000_000L; // the transitions of all who came are gone after these
    private static final int SECONDS = 10;

    private SweepCost() {}

    /**
     * The CPU time of a sweep, in microseconds.
     *
     * @param cpuSeconds of whoever has the work, since some moment
     */
    static double micros(PresenceStore store, DoubleSupplier cpuSeconds) {
        try (HeartbeatTracker tracker = HeartbeatTracker.builder(store)
                .sweepInterval(Duration.ofSeconds(1))
                .build()) {
            LockSupport.parkNanos(TRIMMING_NANOS);
            double before = cpuSeconds.getAsDouble();
            LockSupport.parkNanos(SECONDS * 1_000_000_000L);
            double used = cpuSeconds.getAsDouble() - before;
            if (tracker.health().state() != TrackerHealth.State.UP) {
                throw new IllegalStateException("nobody swept: " + tracker.health());
            }
            return used * 1e6 / SECONDS;
        }
    }
}
