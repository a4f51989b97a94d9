package dev.presence.benchmarks;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How many users there are, and which of them act. */
@State(Scope.Benchmark)
public class Population {
    private static final int LEAST_DRAWS = 1 << 20;

    /** All users are online from the start. */
    @Param("1000000")
    public int users;

    /** Which of them act. */
    @Param("UNIFORM")
    public Distribution distribution = Distribution.UNIFORM;

    /**
     * Ten minutes, for us and for the peers alike: with the default of 30 s the users that a Zipf stream never draws would
     * lapse, or be evicted, in the middle of a measurement.
     */
    @Param("600")
    public int timeoutSeconds;

    private final AtomicInteger seeds = new AtomicInteger();

    Duration timeout() {
        return Duration.ofSeconds(timeoutSeconds);
    }

    /** Has everybody beat once on a server. */
    BeatWriter.Job job(String uri) {
        return new BeatWriter.Job(uri, BeatOrder.of(users), 1, 1_000, timeoutSeconds);
    }

    /** The users of one thread's requests, in order; as many as a power of two. */
    int[] draw() {
        int draws = LEAST_DRAWS;
        while (draws < users) {
            draws *= 2;
        }
        return distribution.draw(users, draws, new Random(seeds.incrementAndGet()));
    }
}
