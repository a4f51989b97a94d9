package dev.presence.testkit;

import static dev.presence.testkit.TrackerUnderTest.FLUSH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.LocalView;
import dev.presence.Roster;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Local views and rosters, on every store. */
interface R06ViewsFollow extends TrackerRules {
    /** By when a view shows what another node was told, its flush left aside. */
    long LATE = 2_000;

    /** By when a view says that it is cut off, and by when it has caught up. */
    long STALE = 5_000;

    @Test
    @DisplayName("R6: a view of everyone follows other nodes, and answers without the store")
    default void r06ViewOfEveryoneFollows() {
        follows(LocalView.EVERYONE);
    }

    @Test
    @DisplayName("R6: a view of those asked about follows other nodes, and answers without the store")
    default void r06ViewOfAskedFollows() {
        follows(LocalView.ASKED);
    }

    private void follows(LocalView view) {
        TrackerUnderTest it = tracking(builder -> builder.localView(view));
        assertThat(it.tracker.status("ada").isOnline()).isFalse();
        it.other.heartbeat("ada");
        it.pass(FLUSH + LATE);
        it.faulty.fault(FaultyStore.Fault.DOWN);
        assertThat(it.tracker.status("ada").isOnline()).isTrue();
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.other.disconnect("ada");
        it.pass(FLUSH + LATE);
        assertThat(it.tracker.status("ada").isOnline()).isFalse();
    }

    @Test
    @DisplayName("R15: a view that is cut off from the store says so, and catches up afterwards")
    default void r15ViewIsStaleWhileCutOff() {
        TrackerUnderTest it = tracking(builder -> builder.localView(LocalView.EVERYONE));
        it.other.heartbeat("ada");
        it.pass(FLUSH + LATE);
        assertThat(it.tracker.status("ada").isStale()).isFalse();
        it.faulty.fault(FaultyStore.Fault.DOWN);
        it.other.disconnect("ada");
        it.pass(STALE);
        assertThat(it.tracker.status("ada").isOnline()).isTrue();
        assertThat(it.tracker.status("ada").isStale()).isTrue();
        it.faulty.fault(FaultyStore.Fault.NONE);
        it.pass(STALE);
        assertThat(it.tracker.status("ada").isOnline()).isFalse();
        assertThat(it.tracker.status("ada").isStale()).isFalse();
    }

    @Test
    @DisplayName("R6: a roster tells how its users are, and then each turn once, on whatever node it came")
    default void r06RosterHearsOfOtherNodes() {
        TrackerUnderTest it = tracking();
        it.other.heartbeat("ada");
        it.flush();
        RecordingRoster heard = new RecordingRoster();
        try (Roster roster = it.tracker.subscribe(List.of("ada", "bob"), heard)) {
            assertThat(roster).isNotNull();
            it.pass(FLUSH);
            it.tracker.heartbeat("bob");
            it.other.disconnect("ada");
            it.other.heartbeat("stranger");
            it.pass(FLUSH + LATE);
            assertThat(heard.heard)
                    .containsExactlyInAnyOrder("[ada online]", "[bob offline]", "ada offline", "bob online");
        }
        it.other.heartbeat("ada");
        it.pass(FLUSH + LATE);
        assertThat(heard.heard).hasSize(4);
    }
}
