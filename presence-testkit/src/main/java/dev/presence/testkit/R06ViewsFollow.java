package dev.presence.testkit;

import static dev.presence.testkit.TrackerUnderTest.FLUSH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Counter;
import dev.presence.LocalView;
import dev.presence.PresenceClock;
import dev.presence.Roster;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Local views and rosters, on every store. */
interface R06ViewsFollow extends TrackerRules {
    /** By when a view shows what another node was told, its flush left aside. */
    long LATE = 2_000;

    /** By when a view says that it is cut off, and by when it has caught up. */
    long STALE = 5_000;

    /** For how long users turn while rosters come and go: in vain if that is too short to meet what could go wrong. */
    long AMID_NANOS = 2_000_000_000L;

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

    @Test
    @Tag("concurrency")
    @DisplayName(
            "R6: rosters that come, change and go while users turn know in the end how these are, each turn told once")
    default void r06RostersComeAndGoAmidTurns() throws Exception {
        // Nobody lapses: of that the store knows at once, and rosters hear by the next sweep.
        TrackerUnderTest it = tracking(StoreRules.settings().withTimeout(Duration.ofDays(30)), builder -> builder);
        long seed = Long.getLong("presence.seed", new Random().nextInt(Integer.MAX_VALUE));
        ExecutorService turning = Executors.newSingleThreadExecutor();
        Map<Roster, RecordingRoster> open = new LinkedHashMap<>();
        Random random = new Random(seed + 1);
        Random seeds = new Random(seed); // of the turns, which are the same whatever comes and goes
        try (PresenceClock real = PresenceClock.system()) {
            for (long until = real.nanos() + AMID_NANOS; real.nanos() < until; ) {
                Random next = new Random(seeds.nextLong());
                Future<?> turns = turning.submit(() -> turn(it, next));
                while (!turns.isDone()) {
                    comeOrGo(it, random, open);
                }
                turns.get();
                it.pass(FLUSH + LATE);
                knowAll(it, open, seed);
            }
        } finally {
            turning.shutdown();
        }
        open.keySet().forEach(Roster::close);
    }

    private static void knowAll(TrackerUnderTest it, Map<Roster, RecordingRoster> open, long seed) {
        assertThat(it.count(Counter.LISTENER_FAILURES))
                .as("turns that were none, seed %d", seed)
                .isZero();
        open.forEach((roster, heard) -> it.store
                .statuses(List.copyOf(roster.users()))
                .statuses()
                .forEach(status -> assertThat(heard.states)
                        .as("what a roster knows, seed %d", seed)
                        .containsEntry(status.user(), status.presence())));
    }

    private static String someone(Random random) {
        return "user" + random.nextInt(8);
    }

    private static void turn(TrackerUnderTest it, Random random) {
        for (int i = 0; i < 5; i++) {
            if (random.nextBoolean()) {
                it.other.heartbeat(someone(random));
            } else {
                it.other.disconnect(someone(random));
            }
            it.pass(random.nextInt((int) FLUSH * 2));
        }
        it.pass(FLUSH + LATE); // the last of them too are told while rosters come and go
    }

    private static void comeOrGo(TrackerUnderTest it, Random random, Map<Roster, RecordingRoster> open) {
        Roster some = open.keySet().stream()
                .skip(random.nextInt(open.size() + 1))
                .findFirst()
                .orElse(null);
        if (some == null && open.size() < 4) {
            RecordingRoster heard = new RecordingRoster();
            open.put(it.tracker.subscribe(List.of(someone(random), someone(random)), heard), heard);
        } else if (some != null && random.nextInt(4) == 0) {
            some.close();
            open.remove(some);
        } else if (some != null && random.nextBoolean()) {
            some.watch(List.of(someone(random)));
        } else if (some != null) {
            some.unwatch(List.of(someone(random)));
        }
    }
}
