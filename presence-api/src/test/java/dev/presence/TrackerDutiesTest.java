package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a tracker sees to without being asked. */
final class TrackerDutiesTest extends ScriptedTracker {
    @Test
    void recordingHasTheFeedRead() {
        Subscription subscription = tracker.addListener(transition -> {});
        store.clock.manual.runDue();
        int scheduled = store.clock.scheduled.size();
        tracker.heartbeat("ada");
        tracker.flush();
        assertThat(store.clock.scheduled.subList(scheduled, scheduled + 2)).containsExactly("200+0", "0+0");
        subscription.close();
    }

    @Test
    void storeThatSignalsHasTheFeedRead() {
        List<Transition> heard = new ArrayList<>();
        store.clock.manual.runDue(); // the first sweep
        tracker.addListener(heard::add);
        store.onFeed = (after, limit) -> new FeedPage(
                FeedPage.Continuity.COMPLETE,
                after.last().isEmpty()
                        ? List.of(new FeedEntry("ada", Presence.ONLINE, 0, "node", new Sequence(1, 0, 1)))
                        : List.of(),
                new FeedPosition(List.of(new Sequence(1, 0, 1))));
        store.signals.forEach(Runnable::run);
        store.clock.manual.runDue();
        assertThat(heard).extracting(Transition::user).containsExactly("ada");
    }

    @Test
    void oldBeatHasTheStoreSweptAtOnce() {
        storeIsDown();
        tracker.heartbeat("ada");
        pass(29_000);
        store.onRecord = batch -> store.done();
        int sweeps = store.sweeps.size();
        tracker.flush();
        store.clock.manual.runDue();
        assertThat(store.sweeps).hasSize(sweeps);
        storeIsDown();
        tracker.heartbeat("ada");
        pass(29_001);
        store.onRecord = batch -> store.done();
        sweeps = store.sweeps.size();
        tracker.flush();
        store.clock.manual.runDue();
        assertThat(store.sweeps).hasSize(sweeps + 1);
    }

    @Test
    void sweepsAskWithTheTrackersIntervals() {
        store.clock.manual.runDue();
        SweepRequest sweep = store.sweeps.get(0);
        assertThat(sweep.periodMillis()).isEqualTo(1_000);
        assertThat(sweep.flushMillis()).isEqualTo(200);
        tracker.heartbeat("ada");
        tracker.flush();
        assertThat(store.batches.get(0).node()).isEqualTo(sweep.node()).isNotEmpty();
    }

    @Test
    void newSettingsOfTheStoreThatDoNotSuitAreLoggedOnce() {
        try (LogCapture log = new LogCapture(HeartbeatTracker.class)) {
            tracker = anew().heartbeatInterval(Duration.ofSeconds(10)).build();
            store.clock.manual.runDue();
            store.settings = store.settings.withTimeout(Duration.ofSeconds(20)).withVersion(2);
            pass(1_000);
            assertThat(log.lines()).isEmpty();
            store.settings = store.settings.withTimeout(Duration.ofSeconds(19)).withVersion(3);
            pass(5_000);
            assertThat(log.lines())
                    .containsExactly(
                            "WARN The store's new settings do not go with those of this tracker: timeout PT19S is"
                                    + " less than twice the heartbeatInterval PT10S: one lost beat would turn a user offline"
                                    + " (R12)");
        }
    }

    @Test
    void settingsOfTheSameVersionAreNotCheckedAgain() {
        try (LogCapture log = new LogCapture(HeartbeatTracker.class)) {
            tracker = anew().heartbeatInterval(Duration.ofSeconds(10)).build();
            store.settings = store.settings.withTimeout(Duration.ofSeconds(19));
            pass(5_000);
            assertThat(log.lines()).isEmpty();
        }
    }
}
