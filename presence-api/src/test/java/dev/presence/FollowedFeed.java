package dev.presence;

import dev.presence.FeedPage.Continuity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;

/** A follower, and the feed it reads: two entries per page, one user per page of those online. */
abstract class FollowedFeed {
    static final long SETTLE = 10_000;
    private static final int PAGE = 2;

    final ScriptedStore store = new ScriptedStore();
    private final Outage outage = new Outage(store.clock);
    private final Counters counters = new Counters();
    final KnownUsers known = new KnownUsers(store.clock, 100);
    final FeedFollower follower = follower(LocalView.NONE);
    final List<String> heard = new ArrayList<>();

    private final Set<String> online = new TreeSet<>();
    final List<FeedEntry> feed = new ArrayList<>();
    final List<Integer> limits = new ArrayList<>();
    private long epoch = 1;
    int trimmed; // entries that the feed no longer has

    final FeedFollower follower(LocalView view) {
        FeedCursor cursor = new FeedCursor(store, counters, SETTLE, PAGE);
        return new FeedFollower(store, "here", view, known, cursor, 100, outage, counters);
    }

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

    final FeedPage page(FeedPosition after, int limit) {
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
        int to = Math.min(feed.size(), from + limit);
        return new FeedPage(Continuity.COMPLETE, feed.subList(from, to), position(to));
    }

    private FeedPosition position(int number) {
        return new FeedPosition(List.of(new Sequence(epoch, 0, number)));
    }

    final void happens(String user, Presence presence, String node) {
        if (presence == Presence.ONLINE) {
            online.add(user);
        } else {
            online.remove(user);
        }
        feed.add(new FeedEntry(user, presence, store.now(), node, new Sequence(epoch, 0, feed.size() + 1)));
    }

    final void comesOnline(String user) {
        happens(user, Presence.ONLINE, "elsewhere");
    }

    final void goesOffline(String user) {
        happens(user, Presence.OFFLINE, "elsewhere");
    }

    final void loseMemory() {
        epoch++;
        feed.clear();
        online.clear();
        trimmed = 0;
    }

    final Subscription listen() {
        return listen("");
    }

    final Subscription listen(String name) {
        return follower.add(transition -> heard.add(name + transition.user() + " " + transition.presence()));
    }

    final void signal() {
        follower.signal();
        store.clock.manual.runDue();
    }

    final void sweep() {
        follower.keepUp();
        store.clock.manual.runDue();
    }

    final void storeIsDown() {
        store.onFeed = (after, limit) -> {
            throw ScriptedStore.down();
        };
    }

    final TrackerHealth.State health() {
        return outage.health().state();
    }

    final long count(Counter counter) {
        return counters.snapshot().get(counter);
    }
}
