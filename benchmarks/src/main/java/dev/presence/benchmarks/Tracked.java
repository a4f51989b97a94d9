package dev.presence.benchmarks;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.inmemory.CaffeinePresenceStore;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Ours: the in-process store with a tracker that sweeps and a listener that counts; everybody is online. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup
public class Tracked {
    HeartbeatTracker tracker;
    private CaffeinePresenceStore store;

    /** Has everybody come, waits until the listener heard of it, and has everybody beat once more: then all is warm. */
    @Setup
    public void start(Population population) {
        store = CaffeinePresenceStore.builder().timeout(population.timeout()).build();
        tracker = HeartbeatTracker.create(store);
        LatestHeard heard = new LatestHeard();
        var unused = tracker.addListener(heard);
        for (int user = 0; user < population.users; user++) {
            beat(user);
        }
        heard.awaitOnline(population.users);
        for (int user = 0; user < population.users; user++) {
            beat(user);
        }
    }

    void beat(int user) {
        tracker.heartbeat(TestIds.user(user));
    }

    /** Ends what was started; says so if the listener was not told every step. */
    @TearDown
    public void stop() {
        long gaps = tracker.stats().count(Counter.FEED_GAPS);
        long folded = tracker.stats().count(Counter.FOLDED_TRANSITIONS);
        if (gaps + folded > 0) {
            System.out.printf("%n# %d feed gaps, %d transitions folded, start included%n", gaps, folded);
        }
        tracker.close();
        store.close();
    }

    /** The same with one named session per user and no default one. */
    @State(Scope.Benchmark)
    public static class WithSessions extends Tracked {
        @Override
        void beat(int user) {
            tracker.heartbeat(TestIds.user(user), TestIds.session(user));
        }
    }
}
