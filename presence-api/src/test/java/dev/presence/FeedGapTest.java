package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the feed does not go on, or does not answer, listeners are told what they missed once it does. */
final class FeedGapTest extends FollowedFeed {
    @Test
    void gapIsClosedFromTheListOfOnlineUsers() {
        List<Transition> transitions = new ArrayList<>();
        comesOnline("ada");
        comesOnline("bob");
        follower.add(transitions::add);
        listen();
        goesOffline("ada");
        comesOnline("cy");
        trimmed = feed.size();
        store.clock.advanceMillis(7);
        signal();
        assertThat(heard).containsExactly("ada OFFLINE", "cy ONLINE");
        assertThat(count(Counter.FEED_GAPS)).isEqualTo(1);
        assertThat(transitions.get(0).sequence()).isEmpty();
        assertThat(transitions.get(0).origin()).isEqualTo(Transition.Origin.ELSEWHERE);
        assertThat(transitions.get(0).at().toEpochMilli()).isEqualTo(store.now());
        assertThat(follower.isStale()).isFalse();
        goesOffline("cy");
        signal();
        assertThat(heard).hasSize(3).endsWith("cy OFFLINE");
    }

    @Test
    void sweepThatFindsAGapLeavesItToATask() {
        listen();
        comesOnline("ada");
        trimmed = 1;
        follower.keepUp();
        assertThat(count(Counter.ONLINE_TRANSITIONS)).isZero();
        store.clock.manual.runDue();
        assertThat(heard).containsExactly("ada ONLINE");
    }

    @Test
    void gapThatCannotBeClosedYetChangesNothing() {
        comesOnline("ada");
        listen();
        goesOffline("ada");
        comesOnline("bob");
        trimmed = 3;
        var pages = store.onOnline;
        store.onOnline = (cursor, limit) -> {
            throw ScriptedStore.down();
        };
        signal();
        assertThat(heard).isEmpty();
        assertThat(health()).isEqualTo(TrackerHealth.State.STORE_UNAVAILABLE);
        store.onOnline = pages;
        sweep();
        assertThat(heard).containsExactly("ada OFFLINE", "bob ONLINE");
    }

    @Test
    void lostMemoryIsStaleUntilUsersHadTimeToBeat() {
        comesOnline("ada");
        comesOnline("bob");
        listen();
        loseMemory();
        signal();
        assertThat(count(Counter.FEED_EPOCHS)).isEqualTo(1);
        assertThat(count(Counter.FEED_GAPS)).isZero();
        assertThat(follower.isStale()).isTrue();
        comesOnline("bob");
        store.clock.advanceMillis(SETTLE - 1);
        assertThat(follower.isStale()).isTrue();
        sweep();
        signal();
        assertThat(heard).isEmpty();
        store.clock.advanceMillis(1);
        assertThat(follower.isStale()).isFalse();
        sweep();
        assertThat(heard).containsExactly("ada OFFLINE");
        comesOnline("ada");
        follower.keepUp();
        store.clock.manual.runDue();
        assertThat(heard).containsExactly("ada OFFLINE", "ada ONLINE");
        assertThat(count(Counter.FEED_EPOCHS)).isEqualTo(1);
        assertThat(count(Counter.FEED_GAPS)).isZero();
    }

    @Test
    void lostMemoryIsNoticedWithoutListenersToo() {
        sweep();
        sweep();
        assertThat(count(Counter.FEED_EPOCHS)).isZero();
        assertThat(follower.isStale()).isFalse();
        loseMemory();
        sweep();
        assertThat(count(Counter.FEED_EPOCHS)).isEqualTo(1);
        assertThat(follower.isStale()).isTrue();
        sweep();
        assertThat(count(Counter.FEED_EPOCHS)).isEqualTo(1);
        store.clock.advanceMillis(SETTLE);
        assertThat(follower.isStale()).isFalse();
        sweep();
        loseMemory();
        sweep();
        assertThat(count(Counter.FEED_EPOCHS)).isEqualTo(2);
    }

    @Test
    void staleTimeThatPassedWithoutListenersConcernsNoneWhoComesLater() {
        sweep();
        loseMemory();
        sweep();
        store.clock.advanceMillis(SETTLE);
        sweep();
        listen();
        comesOnline("ada");
        int reads = store.feedReads.size();
        follower.keepUp();
        assertThat(count(Counter.ONLINE_TRANSITIONS)).isEqualTo(1);
        assertThat(store.feedReads).hasSize(reads + 1);
    }

    @Test
    void trimmedFeedWithoutListenersIsNoLostMemory() {
        sweep();
        comesOnline("ada");
        trimmed = 1;
        sweep();
        assertThat(count(Counter.FEED_EPOCHS)).isZero();
    }

    @Test
    void listenerThatCameDuringAnOutageHearsWhoIsOnlineAfterIt() {
        comesOnline("ada");
        storeIsDown();
        listen();
        assertThat(health()).isEqualTo(TrackerHealth.State.STORE_UNAVAILABLE);
        store.onFeed = this::page;
        sweep();
        assertThat(heard).containsExactly("ada ONLINE");
        comesOnline("bob");
        follower.keepUp();
        store.clock.manual.runDue();
        assertThat(heard).containsExactly("ada ONLINE", "bob ONLINE");
    }

    @Test
    void listenerThatStartsAnewInAnOutageIsToldOfEveryoneAfterIt() {
        comesOnline("ada");
        listen().close();
        storeIsDown();
        listen();
        store.onFeed = this::page;
        sweep();
        assertThat(heard).containsExactly("ada ONLINE");
    }

    @Test
    void signalThatFailsIsMadeGoodByTheNext() {
        listen();
        comesOnline("ada");
        storeIsDown();
        signal();
        assertThat(health()).isEqualTo(TrackerHealth.State.STORE_UNAVAILABLE);
        store.onFeed = this::page;
        signal();
        assertThat(heard).containsExactly("ada ONLINE");
    }
}
