package dev.presence;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads the store's event feed for the listeners of one tracker.
 *
 * <p>It remembers whom it announced as online. So a transition that the feed repeats is dropped, and after a gap or a lost
 * memory the list of online users tells exactly what the listeners have yet to hear. Without listeners it keeps nothing and
 * only looks whether the store lost its memory.
 */
final class FeedFollower {
    private static final int PAGE = 1_000;

    private final PresenceStore store;
    private final String node;
    private final long settleMillis;
    private final int mailboxCapacity;
    private final Outage outage;
    private final Counters counters;
    private final List<Mailbox> mailboxes = new CopyOnWriteArrayList<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> announced = new HashSet<>(); // guarded by the lock, as are the next two
    private FeedPosition position = FeedPosition.END;
    private boolean following;
    private volatile long staleUntilNanos;
    private volatile boolean stale;

    FeedFollower(
            PresenceStore store,
            String node,
            long settleMillis,
            int mailboxCapacity,
            Outage outage,
            Counters counters) {
        this.store = store;
        this.node = node;
        this.settleMillis = settleMillis;
        this.mailboxCapacity = mailboxCapacity;
        this.outage = outage;
        this.counters = counters;
    }

    Subscription add(PresenceListener listener) {
        Mailbox mailbox = new Mailbox(listener, store.clock(), counters, mailboxCapacity);
        lock.lock();
        try {
            if (mailboxes.isEmpty()) {
                startFollowing();
            } else {
                catchUp(); // what happened before is for those who were there
            }
        } catch (PresenceStoreException e) {
            outage.failed(Outage.Activity.READ, e); // the next sweep takes it up from when the store returns
        } finally {
            mailboxes.add(mailbox);
            lock.unlock();
        }
        return () -> remove(mailbox);
    }

    private void remove(Mailbox mailbox) {
        mailbox.close();
        lock.lock();
        try {
            if (mailboxes.remove(mailbox) && mailboxes.isEmpty()) {
                following = false;
                announced.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        List.copyOf(mailboxes).forEach(this::remove);
    }

    /** The feed may have grown: have it read soon. Returns at once. */
    void signal() {
        if (!mailboxes.isEmpty() && scheduled.compareAndSet(false, true)) {
            store.clock().schedule(this::onSignal, 0, 0);
        }
    }

    private void onSignal() {
        lock.lock(); // first: while this waits, it stays scheduled, and no other need come
        try {
            scheduled.set(false);
            catchUp();
        } catch (PresenceStoreException e) {
            outage.failed(Outage.Activity.READ, e); // the next sweep comes back to it
        } finally {
            lock.unlock();
        }
    }

    /** Whether the store lost its memory so lately that users may not have beaten since. */
    boolean isStale() {
        return stale && store.clock().nanos() - staleUntilNanos < 0;
    }

    /** Reads on if nothing is in the way; leaves what takes long to a task of its own. Called by the sweeper. */
    void keepUp() {
        if (lock.tryLock()) {
            try {
                if (mailboxes.isEmpty()) {
                    watchEpoch();
                } else if (!following || stale || !readOn()) {
                    signal();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Reads all that is new, from the beginning if need be. */
    private void catchUp() {
        lock.lock();
        try {
            if (mailboxes.isEmpty() || isStale()) {
                return;
            }
            if (!following) { // the store failed when the first listener came: whoever is online now is news
                readAgain();
                following = true;
            }
            if (stale) {
                readAgain();
                stale = false;
            }
            while (!readOn() && !stale) {
                counters.increment(Counter.FEED_GAPS);
                readAgain();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns false if the feed does not go on where this reader stands. */
    private boolean readOn() {
        while (true) {
            FeedPage page = store.feed(position, PAGE);
            if (page.continuity() != FeedPage.Continuity.COMPLETE) {
                if (page.continuity() == FeedPage.Continuity.NEW_EPOCH) {
                    newEpoch(page.next());
                }
                return false;
            }
            page.entries().forEach(this::announce);
            position = page.next();
            if (page.entries().isEmpty()) {
                return true;
            }
        }
    }

    private void watchEpoch() {
        if (stale && !isStale()) {
            stale = false;
        }
        if (!position.last().isEmpty() && store.feed(position, 1).continuity() == FeedPage.Continuity.NEW_EPOCH) {
            newEpoch(FeedPosition.END);
        }
        position = store.feed(FeedPosition.END, 1).next();
    }

    /** Users who beat will be back within a heartbeat interval: until then the store's word means little. */
    private void newEpoch(FeedPosition next) {
        counters.increment(Counter.FEED_EPOCHS);
        position = next;
        staleUntilNanos = store.clock().nanos() + settleMillis * 1_000_000L;
        stale = true;
    }

    private void startFollowing() {
        FeedPosition from = store.feed(FeedPosition.END, 1).next();
        Set<String> online = online();
        announced.clear();
        announced.addAll(online);
        position = from;
        following = true;
    }

    /** Tells the listeners what they missed; changes nothing if the store fails on the way. */
    private void readAgain() {
        FeedPosition from = store.feed(FeedPosition.END, 1).next();
        Set<String> online = online();
        Instant now = Instant.ofEpochMilli(store.statuses(List.of()).nowMillis());
        for (String user : List.copyOf(announced)) {
            if (!online.contains(user)) {
                announce(user, Presence.OFFLINE, now, null);
            }
        }
        for (String user : online) {
            announce(user, Presence.ONLINE, now, null);
        }
        position = from;
    }

    private Set<String> online() {
        Set<String> online = new HashSet<>();
        String cursor = OnlinePage.START;
        do {
            OnlinePage page = store.online(cursor, PAGE);
            online.addAll(page.users());
            cursor = page.cursor();
        } while (!cursor.equals(OnlinePage.START));
        return online;
    }

    private void announce(FeedEntry entry) {
        if (!announce(entry.user(), entry.presence(), Instant.ofEpochMilli(entry.atMillis()), entry)) {
            counters.increment(Counter.REPEATED_TRANSITIONS);
        }
    }

    /** Returns false if the listeners were told that already. */
    private boolean announce(String user, Presence presence, Instant at, @Nullable FeedEntry entry) {
        boolean online = presence == Presence.ONLINE;
        boolean changed = online ? announced.add(user) : announced.remove(user);
        if (!changed) {
            return false;
        }
        counters.increment(online ? Counter.ONLINE_TRANSITIONS : Counter.OFFLINE_TRANSITIONS);
        Transition transition = new Transition(
                user,
                presence,
                at,
                entry == null ? Optional.empty() : Optional.of(entry.sequence()),
                entry != null && entry.node().equals(node) ? Transition.Origin.HERE : Transition.Origin.ELSEWHERE);
        mailboxes.forEach(mailbox -> mailbox.offer(transition));
        return true;
    }
}
