package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A store that takes beats and ends at once is not kept waiting for a flush. */
final class DirectStoreTest {
    /** A store that takes beats and ends at once. */
    private static final class Direct extends ScriptedStore implements DirectPresenceStore {
        final List<String> calls = new ArrayList<>();
        final Set<String> nodes = new LinkedHashSet<>();

        @Override
        public void heartbeat(String user, String session, String node) {
            calls.add("beat " + user + session);
            nodes.add(node);
        }

        @Override
        public void disconnect(String user, String session, String node) {
            calls.add("end " + user + session);
            nodes.add(node);
        }

        @Override
        public void disconnectAll(String user, String node) {
            calls.add("end all " + user);
            nodes.add(node);
        }

        @Override
        public void forget(String user, String node) {
            calls.add("forget " + user);
            nodes.add(node);
        }
    }

    @Test
    void directStoreIsCalledAtOnce() {
        Direct direct = new Direct();
        try (HeartbeatTracker tracker = HeartbeatTracker.create(direct)) {
            tracker.heartbeat("ada");
            tracker.heartbeat("ada", " phone");
            tracker.disconnect("ada");
            tracker.disconnect("ada", " phone");
            tracker.disconnectAll("ada");
            tracker.forget("ada");
            assertThat(direct.calls)
                    .containsExactly(
                            "beat ada", "beat ada phone", "end ada", "end ada phone", "end all ada", "forget ada");
            assertThat(direct.nodes).hasSize(1);
            assertThat(tracker.stats().count(Counter.BEATS)).isEqualTo(2);
            assertThat(tracker.stats().count(Counter.DISCONNECTS)).isEqualTo(3);
            assertThat(tracker.stats().pendingWrites()).isZero();
            assertThat(tracker.statuses(List.of("ada", "bob")).statuses()).hasSize(2);
            direct.clock.manual.runDue();
            assertThat(direct.sweeps.get(0).flushMillis()).isZero();
            assertThat(direct.batches).isEmpty();
        }
    }
}
