package dev.presence.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.presence.HeartbeatTracker;
import dev.presence.ManualClock;
import dev.presence.SweepRequest;
import dev.presence.inmemory.CaffeinePresenceStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** All users lapse in the same millisecond, under a driven clock: what it costs one thread to turn them all offline. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 3)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms3g", "-Xmx3g", "-XX:+AlwaysPreTouch"})
public class ExpiryBenchmark {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int LIMIT = 1_000; // as a tracker asks

    /** Ours: claims alone. */
    @Benchmark
    public long store(OurStore ours) {
        SweepRequest request = new SweepRequest("benchmark", ours.clock.millis(), 1_000, 0, LIMIT);
        long claimed = 0;
        for (int now = LIMIT; now == LIMIT; claimed += now) {
            now = ours.store.expire(request).claimed();
        }
        return claimed;
    }

    /** Ours: a tracker sweeps, reads the feed and tells a listener, until it heard of the last. */
    @Benchmark
    public long tracker(OurTracker ours) {
        ours.clock.advance(Duration.ofMillis(1));
        if (ours.heard.online() != 0) {
            throw new IllegalStateException(ours.heard.online() + " users are still online");
        }
        return ours.heard.online();
    }

    /** Caffeine: {@code cleanUp} (which removes a part at a time) with a removal listener that counts, in the same thread. */
    @Benchmark
    public long caffeine(Peer peer) {
        while (peer.cache.estimatedSize() > 0) {
            peer.cache.cleanUp();
        }
        if (peer.removed.get() != peer.users) {
            throw new IllegalStateException("only " + peer.removed + " users were removed");
        }
        return peer.removed.get();
    }

    /** A store whose users lapsed. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class OurStore {
        /** How many lapse. */
        @Param("1000000")
        public int users;

        ManualClock clock;
        CaffeinePresenceStore store;

        /** Has everybody beat and lapse. */
        @Setup(Level.Invocation)
        public void start() {
            clock = ManualClock.create();
            store = CaffeinePresenceStore.builder()
                    .timeout(TIMEOUT)
                    .clock(clock)
                    .build();
            for (int user = 0; user < users; user++) {
                store.heartbeat(TestIds.user(user), "", "benchmark");
            }
            clock.advance(TIMEOUT.plusMillis(1));
        }

        /** Ends what was started. */
        @TearDown(Level.Invocation)
        public void stop() {
            store.close();
        }
    }

    /** A tracker whose users lapse with the next millisecond. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class OurTracker {
        /** How many lapse. */
        @Param("1000000")
        public int users;

        ManualClock clock;
        LatestHeard heard;
        private CaffeinePresenceStore store;
        private HeartbeatTracker tracker;

        /** Has everybody beat and almost lapse. */
        @Setup(Level.Invocation)
        public void start() {
            clock = ManualClock.create();
            store = CaffeinePresenceStore.builder()
                    .timeout(TIMEOUT)
                    .clock(clock)
                    .build();
            tracker = HeartbeatTracker.create(store);
            heard = new LatestHeard();
            var unused = tracker.addListener(heard);
            for (int user = 0; user < users; user++) {
                tracker.heartbeat(TestIds.user(user));
                if (user % LIMIT == 0) {
                    clock.runDue();
                }
            }
            clock.advance(TIMEOUT);
            heard.awaitOnline(users);
        }

        /** Ends what was started. */
        @TearDown(Level.Invocation)
        public void stop() {
            tracker.close();
            store.close();
        }
    }

    /** A cache whose entries are expired. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup
    public static class Peer {
        /** How many expire. */
        @Param("1000000")
        public int users;

        Cache<String, Long> cache;
        final AtomicLong removed = new AtomicLong();

        /** Fills the cache, and lets the time pass. */
        @Setup(Level.Invocation)
        public void start() {
            ManualClock clock = ManualClock.create();
            removed.set(0);
            cache = Caffeine.newBuilder()
                    .ticker(clock::nanos)
                    .executor(Runnable::run)
                    .expireAfterWrite(TIMEOUT)
                    .<String, Long>removalListener((user, beat, cause) -> removed.incrementAndGet())
                    .build();
            for (int user = 0; user < users; user++) {
                cache.put(TestIds.user(user), clock.millis());
            }
            cache.cleanUp();
            clock.advance(TIMEOUT.plusMillis(1));
        }
    }
}
