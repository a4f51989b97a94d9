package dev.presence;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads the store's event feed for the listeners and the view of one tracker.
 *
 * <p>What it reads goes to {@link KnownUsers}. So a transition that the feed repeats is dropped, and after a gap or a lost memory
 * a look at the users tells exactly what the listeners have yet to hear. With nobody to tell it keeps nothing and only looks
 * whether the store lost its memory.
 */
final class FeedFollower {
    private static final long POLL_NANOS = 900_000_000L;
    private static final long HEAL_SLACK_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 1_000;

    private final PresenceStore store;
    private final LocalView view;
    private final int mailboxCapacity;
    private final Outage outage;
    private final Counters counters;
    private final KnownUsers known;
    private final FeedCursor cursor;
    private final Snapshots snapshots;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock(); // held while the store is asked, which may hang
    private final Queue<Runnable> leaving = new ConcurrentLinkedQueue<>(); // what is to be done under the lock
    private volatile boolean following; // changed under the lock
    private volatile boolean closed;
    private final FeedPoll polling;
    private final Audience audience;

    FeedFollower(
            PresenceStore store,
            String node,
            LocalView view,
            KnownUsers known,
            FeedCursor cursor,
            int mailboxCapacity,
            Outage outage,
            Counters counters) {
        this.store = store;
        this.view = view;
        this.known = known;
        this.cursor = cursor;
        this.mailboxCapacity = mailboxCapacity;
        this.outage = outage;
        this.counters = counters;
        snapshots = new Snapshots(store);
        audience = new Audience(node, known, counters);
        polling = new FeedPoll(store.clock(), this::isPolled, this::look);
    }

    /** Begins to follow, if there is a view to be fed. */
    void start(Rosters feeding) {
        audience.rosters(feeding);
        if (view != LocalView.NONE) {
            signal();
            polling.start();
        }
    }

    /** Follows at least those who are pinned, from now on; throws what the store throws. */
    void begin() {
        locked(() -> {
            if (!following) {
                catchUp();
            }
            polling.start();
        });
    }

    /** Does something when all is read that the feed has. */
    void atTheEnd(Runnable action) {
        locked(() -> {
            catchUp();
            action.run();
        });
    }

    /** How users are of whom nothing is known; throws what the store throws. */
    Set<String> onlineOf(List<String> users) {
        return snapshots.onlineOf(users);
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            leave();
            action.run();
        } finally {
            unlock();
        }
    }

    /** Does something that ends or narrows what is followed: at once, or when who has the lock gives it back. Waits for nobody. */
    void leave(Runnable action) {
        leaving.add(action);
        if (lock.tryLock()) {
            unlock();
        }
    }

    private void leave() {
        for (Runnable action = leaving.poll(); action != null; action = leaving.poll()) {
            action.run();
        }
    }

    private void unlock() {
        do { // again for what came between the last look and the unlocking
            try {
                leave();
            } finally {
                lock.unlock();
            }
        } while (!leaving.isEmpty() && lock.tryLock());
    }

    Subscription add(PresenceListener listener) {
        Mailbox mailbox = new Mailbox(listener, store.clock(), counters, mailboxCapacity);
        lock.lock();
        try {
            leave();
            if (following) {
                catchUp(); // what happened before is for those who were there
                if (following && !known.isEveryone()) {
                    widen();
                }
            } else if (!audience.hasListeners()) {
                follow(Scope.EVERYONE);
            }
        } catch (PresenceStoreException e) {
            outage.failed(Outage.Activity.READ, e); // the next sweep takes it up from when the store returns
        } finally {
            audience.add(mailbox);
            unlock();
        }
        return () -> remove(mailbox);
    }

    /** A listener will want to hear of everyone; rosters hear of their users what the list knows sooner than the feed. */
    private void widen() {
        Set<String> before = known.online();
        Set<String> online = snapshots.online();
        Set<String> ofKnown = new HashSet<>(known.users());
        ofKnown.retainAll(online);
        List<Transition> news = audience.difference(before, ofKnown, storeNow());
        known.followEveryone(online);
        audience.tell(news);
    }

    private void remove(Mailbox mailbox) {
        mailbox.close();
        leave(() -> {
            if (audience.remove(mailbox) && !audience.hasListeners()) {
                narrow();
            }
        });
    }

    void narrow() {
        if (!isNeeded()) {
            following = false;
            known.clear();
        } else if (scope() == Scope.KEPT && known.isEveryone()) {
            known.followKept();
        }
    }

    /** Waits for a reading under way, so that the store can be closed next; not for one that hangs. */
    void close() {
        audience.closeRosters();
        closed = true;
        audience.listeners().forEach(this::remove);
        leave(this::narrow);
        try {
            if (lock.tryLock(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private enum Scope {
        KEPT,
        EVERYONE
    }

    private Scope scope() {
        return view == LocalView.EVERYONE || audience.hasListeners() ? Scope.EVERYONE : Scope.KEPT;
    }

    private boolean isNeeded() {
        return !closed && (view != LocalView.NONE || audience.hasListeners() || audience.hasRosters());
    }

    /** Whether what is known may be read. */
    boolean isViewing() {
        return view != LocalView.NONE && following;
    }

    boolean isBehind(long nanos) {
        return cursor.isBehind(nanos);
    }

    boolean isStale() {
        return cursor.isStale();
    }

    /** The feed may have grown: have it read soon. Returns at once. */
    void signal() {
        schedule(0);
    }

    private void schedule(long slackMillis) {
        if (isNeeded() && scheduled.compareAndSet(false, true)) {
            store.clock().schedule(this::onSignal, 0, slackMillis);
        }
    }

    private void onSignal() {
        try {
            // The lock first: while this waits for it, it stays scheduled, and no other need come.
            locked(() -> {
                scheduled.set(false);
                catchUp();
            });
        } catch (PresenceStoreException e) {
            outage.failed(Outage.Activity.READ, e); // the next sweep comes back to it
        }
    }

    private boolean isPolled() {
        return !closed && (view != LocalView.NONE || audience.hasRosters());
    }

    /** A view is read on even while no sweep gets through. */
    private void look() {
        try {
            known.trim();
            if (cursor.sinceNanos() > POLL_NANOS) {
                keepUp();
            }
        } catch (PresenceStoreException e) {
            outage.failed(Outage.Activity.READ, e);
        }
    }

    /** Reads on if nothing is in the way; leaves what takes long to a task of its own. Called by the sweeper. */
    void keepUp() {
        if (lock.tryLock()) {
            try {
                leave();
                if (!isNeeded()) {
                    cursor.watchEpoch();
                } else if (mustReadAgain()) {
                    signal();
                } else if (!cursor.readOn(audience::follow, FeedCursor.PAGE)) {
                    schedule(HEAL_SLACK_MILLIS); // all nodes found it at once, and all will read much
                } else if (!cursor.isAtEnd()) {
                    signal(); // and the sweep goes on beside it
                }
            } finally {
                unlock();
            }
        }
    }

    private boolean mustReadAgain() {
        return !following || cursor.hasLost() || (scope() == Scope.EVERYONE && !known.isEveryone());
    }

    /** Reads all that is new, from the beginning if need be. */
    private void catchUp() {
        if (!isNeeded() || cursor.isStale()) {
            return;
        }
        if (!following && !audience.hasListeners()) {
            follow(scope());
        } else if (mustReadAgain()) { // listeners were there before: whoever is online now is news
            readAgain();
            following = true;
            cursor.recovered();
        }
        while (!cursor.readOn(audience::follow) && !cursor.hasLost()) {
            counters.increment(Counter.FEED_GAPS);
            readAgain();
        }
    }

    /** Takes what is as known to everybody here. */
    private void follow(Scope scope) {
        long nanos = store.clock().nanos();
        FeedPosition from = cursor.end();
        if (scope == Scope.EVERYONE) {
            known.followEveryone(snapshots.online());
        }
        cursor.moveTo(from, nanos);
        cursor.recovered();
        following = true;
    }

    /** Tells the listeners what they missed; changes nothing if the store fails on the way. */
    private void readAgain() {
        long nanos = store.clock().nanos();
        FeedPosition from = cursor.end();
        Set<String> before = known.online();
        List<String> users = known.users();
        Set<String> online = scope() == Scope.EVERYONE ? snapshots.online() : snapshots.onlineOf(users);
        Instant now = storeNow();
        List<Transition> news = audience.difference(before, online, now);
        if (scope() == Scope.EVERYONE) {
            known.followEveryone(online);
        } else {
            known.followAgain(users, online);
        }
        cursor.moveTo(from, nanos);
        audience.tell(news);
    }

    private Instant storeNow() {
        return Instant.ofEpochMilli(store.statuses(List.of()).nowMillis());
    }
}
