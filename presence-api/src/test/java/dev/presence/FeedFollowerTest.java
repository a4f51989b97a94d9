package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the feed says is told to listeners, once, however often and by whomever the feed is read. */
final class FeedFollowerTest extends FollowedFeed {
    @Test
    void listenerHearsWhatHappensFromThenOn() {
        comesOnline("ada");
        comesOnline("bob");
        listen();
        goesOffline("ada");
        comesOnline("cy");
        goesOffline("bob");
        signal();
        assertThat(heard).containsExactly("ada OFFLINE", "cy ONLINE", "bob OFFLINE");
        assertThat(count(Counter.ONLINE_TRANSITIONS)).isEqualTo(1);
        assertThat(count(Counter.OFFLINE_TRANSITIONS)).isEqualTo(2);
        assertThat(count(Counter.REPEATED_TRANSITIONS)).isZero();
        assertThat(limits).containsOnly(1, 2, 1_000);
    }

    @Test
    void transitionTellsWhenWhereAndByWhom() {
        List<Transition> transitions = new ArrayList<>();
        follower.add(transitions::add);
        happens("ada", Presence.ONLINE, "here");
        store.clock.advanceMillis(5);
        happens("bob", Presence.ONLINE, "there");
        signal();
        assertThat(transitions).hasSize(2);
        assertThat(transitions.get(0).origin()).isEqualTo(Transition.Origin.HERE);
        assertThat(transitions.get(0).sequence()).contains(new Sequence(1, 0, 1));
        assertThat(transitions.get(0).at().toEpochMilli()).isEqualTo(store.now() - 5);
        assertThat(transitions.get(1).origin()).isEqualTo(Transition.Origin.ELSEWHERE);
        assertThat(transitions.get(1).at().toEpochMilli()).isEqualTo(store.now());
    }

    @Test
    void signalWithoutListenersIsIgnored() {
        follower.signal();
        assertThat(store.clock.scheduled).isEmpty();
    }

    @Test
    void signalsFoldUntilTheFeedIsRead() {
        listen();
        follower.signal();
        follower.signal();
        assertThat(store.clock.scheduled).containsExactly("0+0");
        store.clock.manual.runDue();
        follower.signal();
        assertThat(store.clock.scheduled).hasSize(2);
    }

    @Test
    void transitionThatTheFeedRepeatsIsDropped() {
        listen();
        comesOnline("ada");
        comesOnline("ada");
        goesOffline("bob");
        signal();
        assertThat(heard).containsExactly("ada ONLINE");
        assertThat(count(Counter.REPEATED_TRANSITIONS)).isEqualTo(2);
        assertThat(count(Counter.ONLINE_TRANSITIONS)).isEqualTo(1);
        assertThat(count(Counter.OFFLINE_TRANSITIONS)).isZero();
    }

    @Test
    void sweepLeavesAllButTheFirstPageOfACrowdToATaskOfItsOwn() {
        listen();
        for (int i = 0; i <= FeedCursor.PAGE; i++) {
            happens("user" + i, Presence.ONLINE, "here");
        }
        follower.keepUp();
        assertThat(count(Counter.ONLINE_TRANSITIONS)).isEqualTo(FeedCursor.PAGE);
        store.clock.manual.runDue();
        assertThat(count(Counter.ONLINE_TRANSITIONS)).isEqualTo(FeedCursor.PAGE + 1L);
    }

    @Test
    void sweepReadsTheFeedWithoutATaskOfItsOwn() {
        listen();
        comesOnline("ada");
        follower.keepUp();
        assertThat(count(Counter.ONLINE_TRANSITIONS)).isEqualTo(1);
        assertThat(store.clock.scheduled).hasSize(1); // the delivery
        store.clock.manual.runDue();
        assertThat(heard).containsExactly("ada ONLINE");
    }

    @Test
    void readingThatTakesLongHasOneMoreWaitForItAndNotMany() throws Exception {
        listen();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        store.onFeed = (after, limit) -> {
            asked.countDown();
            Threads.await(answer);
            return page(after, limit);
        };
        follower.signal();
        Thread first = Threads.start(store.clock.tasks.get(0));
        Threads.await(asked);
        follower.signal();
        Thread second = Threads.start(store.clock.tasks.get(1));
        Threads.letWait(second);
        follower.signal();
        assertThat(store.clock.tasks).hasSize(2);
        answer.countDown();
        first.join();
        second.join();
    }

    @Test
    void otherThreadsMayReadAfterwards() throws Exception {
        listen().close();
        listen();
        sweep();
        signal();
        int reads = store.feedReads.size();
        Threads.start(follower::keepUp).join();
        assertThat(store.feedReads).hasSize(reads + 1);
    }
}
