package dev.presence.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.presence.HeartbeatTracker;
import dev.presence.inmemory.CaffeinePresenceStore;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a beat and a user cost in process that does not depend on how fast the machine is. */
final class CostTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 100;
    private static final int ATTEMPTS = 50; // the first ones are interpreted, and leave some

    @ParameterizedTest
    @ValueSource(strings = {"", "session"})
    void beatLeavesNoGarbage(String session) {
        List<String> users = IntStream.range(0, 1_000).mapToObj(TestIds::user).toList();
        try (CaffeinePresenceStore store = CaffeinePresenceStore.create();
                HeartbeatTracker tracker = HeartbeatTracker.create(store)) {
            var unused = tracker.addListener(new LatestHeard());
            long least = Long.MAX_VALUE;
            for (int attempt = 0; attempt < ATTEMPTS && least > 0; attempt++) {
                least = Math.min(least, allocatedBy(() -> beat(tracker, users, session)));
            }
            assertThat(least)
                    .as("bytes that %,d beats left", ROUNDS * users.size())
                    .isZero();
        }
    }

    private static void beat(HeartbeatTracker tracker, List<String> users, String session) {
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < users.size(); i++) {
                if (session.isEmpty()) {
                    tracker.heartbeat(users.get(i));
                } else {
                    tracker.heartbeat(users.get(i), session);
                }
            }
        }
    }

    private static long allocatedBy(Runnable action) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        long nothing = THREADS.getCurrentThreadAllocatedBytes() - before; // what asking takes
        before = THREADS.getCurrentThreadAllocatedBytes();
        action.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before - nothing;
    }

    @Test
    void userTakesAsLittleHeapAsItDid() {
        HeapPerUser.Bytes bytes = HeapPerUser.count(20_000);
        assertThat(bytes.ours()).as("default session").isLessThan(195);
        assertThat(bytes.withSession()).as("one named session").isLessThan(315);
        assertThat(bytes.ratio()).as("of a Caffeine map").isLessThan(1.25);
    }
}
