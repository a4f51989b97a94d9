package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Listeners come and go. */
final class FeedSubscriptionTest extends FollowedFeed {
    @Test
    void secondListenerHearsNothingOfTheTimeBeforeIt() {
        listen("first: ");
        comesOnline("ada");
        listen("second: ");
        store.clock.manual.runDue();
        assertThat(heard).containsExactly("first: ada ONLINE");
        goesOffline("ada");
        signal();
        assertThat(heard).hasSize(3).contains("first: ada OFFLINE", "second: ada OFFLINE");
    }

    @Test
    void closedSubscriptionHearsNoMoreAndLeavesTheOthers() {
        Subscription first = listen("first: ");
        listen("second: ");
        first.close();
        first.close();
        comesOnline("ada");
        signal();
        assertThat(heard).containsExactly("second: ada ONLINE");
    }

    @Test
    void closedSubscriptionDropsWhatWaits() {
        Subscription subscription = listen();
        comesOnline("ada");
        follower.keepUp();
        subscription.close();
        store.clock.manual.runDue();
        assertThat(heard).isEmpty();
    }

    @Test
    void listenerAfterTheLastOneLeftStartsAnew() {
        listen().close();
        comesOnline("ada");
        listen();
        signal();
        assertThat(heard).isEmpty();
        goesOffline("ada");
        signal();
        assertThat(heard).containsExactly("ada OFFLINE");
    }

    @Test
    void signalThatComesAfterTheLastListenerLeftReadsNothing() {
        Subscription subscription = listen();
        follower.signal();
        subscription.close();
        int reads = store.feedReads.size();
        store.clock.manual.runDue();
        assertThat(store.feedReads).hasSize(reads);
    }

    @Test
    void closeEndsAllSubscriptions() {
        listen();
        listen();
        comesOnline("ada");
        follower.keepUp();
        follower.close();
        store.clock.manual.runDue();
        assertThat(heard).isEmpty();
        int scheduled = store.clock.scheduled.size();
        follower.signal();
        assertThat(store.clock.scheduled).hasSize(scheduled);
    }
}
