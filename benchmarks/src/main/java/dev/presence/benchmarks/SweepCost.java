package dev.presence.benchmarks;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.PresenceStore;
import dev.presence.TrackerHealth;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;

/** What it costs to sweep while nobody is due. */
final class SweepCost {
    private static final long TRIMMING_NANOS = 20_000_000_000L; // the transitions of all who came are gone after these
    private static final int SECONDS = 20; // servers tell CPU time in steps of 10 ms

    /** The CPU time of some sweeps and of what else went on. */
    private record Swept(double seconds, long sweeps) {}

    private SweepCost() {}

    /**
     * The CPU time of a sweep, in microseconds: what is used while a tracker sweeps, less what is used without one. Nothing if that is less
     * than what else goes on.
     *
     * @param cpuSeconds of whoever has the work, since some moment
     */
    static double micros(PresenceStore store, DoubleSupplier cpuSeconds) {
        Swept swept = sweep(store, cpuSeconds);
        return Math.max(0, swept.seconds - used(cpuSeconds)) * 1e6 / swept.sweeps;
    }

    private static Swept sweep(PresenceStore store, DoubleSupplier cpuSeconds) {
        try (HeartbeatTracker tracker = HeartbeatTracker.builder(store)
                .sweepInterval(Duration.ofSeconds(1))
                .build()) {
            LockSupport.parkNanos(TRIMMING_NANOS);
            long before = tracker.stats().count(Counter.SWEEPS);
            double seconds = used(cpuSeconds);
            long sweeps = tracker.stats().count(Counter.SWEEPS) - before;
            if (sweeps == 0 || tracker.health().state() != TrackerHealth.State.UP) {
                throw new IllegalStateException("nobody swept: " + tracker.health());
            }
            return new Swept(seconds, sweeps);
        }
    }

    private static double used(DoubleSupplier cpuSeconds) {
        double before = cpuSeconds.getAsDouble();
        LockSupport.parkNanos(SECONDS * 1_000_000_000L);
        return cpuSeconds.getAsDouble() - before;
    }
}
