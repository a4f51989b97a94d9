package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.FeedPage.Continuity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FeedFollowerTest {
    private static final long SETTLE = 10_000;

    private final ScriptedStore store = new ScriptedStore();
    private final Outage outage = new Outage(store.clock);
    private final Counters counters = new Counters();
    private final FeedFollower follower = new FeedFollower(store, "here", SETTLE, 100, outage, counters);
    private final List<String> heard = new ArrayList<>();

    private final Set<String> online = new TreeSet<>();
    private final List<FeedEntry> feed = new ArrayList<>();
    private final List<Integer> limits = new ArrayList<>();
    private long epoch = 1;
    private int trimmed; // entries that the feed no longer has

    @BeforeEach
    void script() {
        store.onFeed = this::page;
        store.onOnline = (cursor, limit) -> { // a user per page, after an empty one
            limits.add(limit);
            List<String> users = List.copyOf(online);
            int at = cursor.isEmpty() ? -1 : Integer.parseInt(cursor);
            List<String> page = at < 0 || users.isEmpty() ? List.of() : users.subList(at, at + 1);
            return new OnlinePage(page, at + 1 < users.size() ? String.valueOf(at + 1) : OnlinePage.START);
        };
    }

    private FeedPage page(FeedPosition after, int limit) {
        limits.add(limit);
        FeedPosition end = position(feed.size());
        if (after.last().isEmpty()) {
            return new FeedPage(Continuity.COMPLETE, List.of(), end);
        }
        Sequence last = after.last().get(0);
        if (last.epoch() != epoch) {
            return new FeedPage(Continuity.NEW_EPOCH, List.of(), end);
        }
        int from = (int) last.number();
        if (from < trimmed) {
            return new FeedPage(Continuity.TRIMMED, List.of(), end);
        }
        int to = Math.min(feed.size(), from + Math.min(limit, 2)); // at most two per page
        return new FeedPage(Continuity.COMPLETE, feed.subList(from, to), position(to));
    }

    private FeedPosition position(int number) {
        return new FeedPosition(List.of(new Sequence(epoch, 0, number)));
    }

    private void happens(String user, Presence presence, String node) {
        if (presence == Presence.ONLINE) {
            online.add(user);
        } else {
            online.remove(user);
        }
        feed.add(new FeedEntry(user, presence, store.now(), node, new Sequence(epoch, 0, feed.size() + 1)));
    }

    private void comesOnline(String user) {
        happens(user, Presence.ONLINE, "elsewhere");
    }

    private void goesOffline(String user) {
        happens(user, Presence.OFFLINE, "elsewhere");
    }

    private void loseMemory() {
        epoch++;
        feed.clear();
        online.clear();
        trimmed = 0;
    }

    private Subscription listen() {
        return listen("");
    }

    private Subscription listen(String name) {
        return follower.add(transition -> heard.add(name + transition.user() + " " + transition.presence()));
    }

    private void signal() {
        follower.signal();
        store.clock.manual.runDue();
    }

    private void sweep() {
        follower.keepUp();
        store.clock.manual.runDue();
    }

    private void storeIsDown() {
        store.onFeed = (after, limit) -> {
            throw ScriptedStore.down();
        };
    }

    private TrackerHealth.State health() {
        return outage.health().state();
    }

    private long count(Counter counter) {
        return counters.snapshot().get(counter);
    }

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
        assertThat(limits).containsOnly(1, 1_000);
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
        assertThat(store.feedReads).hasSize(reads + 2);
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

    @Test
    void signalThatComesAfterTheLastListenerLeftReadsNothing() {
        Subscription subscription = listen();
        follower.signal();
        subscription.close();
        int reads = store.feedReads.size();
        store.clock.manual.runDue();
        assertThat(store.feedReads).hasSize(reads);
    }
}
