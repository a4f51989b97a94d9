package dev.presence;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users whom somebody watches. Its listener is told how they are, and from there on each turn once: between the two there is
 * neither a gap nor a repetition. It follows transitions, as a {@link LocalView} does. Thread-safe.
 *
 * <p>A listener is told at most 200 turns a second. Beyond 1,000 that wait, they fold to one new snapshot of the whole roster, the
 * newest state of each.
 *
 * <p>Cut off from the store, it tells a snapshot of the whole roster that is marked stale, within four seconds; and when it has read what
 * happened meanwhile, one that is not. The same while a part of the store is away and others answer: turns go on, and all are marked,
 * since a tracker does not know which users that part has.
 */
public final class Roster implements Subscription {
    static final int RATE = 200;
    static final int CAPACITY = 1_000;

    private static final Logger log = LoggerFactory.getLogger(HeartbeatTracker.class);
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final RosterListener listener;
    private final Rosters rosters;
    private final PresenceClock clock;
    private final Counters counters;
    private final Map<String, Presence> told =
            new LinkedHashMap<>(); // with all that waits; guarded by this, as are all below
    private ArrayDeque<Object> waiting = new ArrayDeque<>(); // of StatusBatch and Transition
    private long windowNanos;
    private int toldInWindow;
    private boolean delivering;
    private boolean closed;
    private boolean stale;
    private boolean hasFailed;

    Roster(RosterListener listener, Rosters rosters, PresenceClock clock, Counters counters) {
        this.listener = listener;
        this.rosters = rosters;
        this.clock = clock;
        this.counters = counters;
        windowNanos = clock.nanos();
    }

    /**
     * Adds users. The listener gets a snapshot of those that are new.
     *
     * @param users who
     * @throws IllegalArgumentException if an id is malformed (see {@link Ids})
     * @throws PresenceStoreUnavailableException if the store does not answer: then nobody was added
     * @throws IllegalStateException if the roster or its tracker is closed
     */
    public void watch(Collection<String> users) {
        rosters.watch(this, users);
    }

    /**
     * Removes users: the listener hears no more of them. Those who are not in it are ignored.
     *
     * @param users who
     */
    public void unwatch(Collection<String> users) {
        rosters.unwatch(this, users);
    }

    /**
     * Who is watched.
     *
     * @return a copy
     */
    public synchronized Set<String> users() {
        return Set.copyOf(told.keySet());
    }

    /** Ends it: the listener hears no more. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            waiting.clear();
        }
        rosters.closed(this);
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized boolean has(String user) {
        return told.containsKey(user);
    }

    synchronized void add(StatusBatch snapshot, boolean nowStale) {
        turnStale(nowStale, snapshot.nowMillis());
        snapshot.statuses().forEach(status -> told.put(status.user(), status.presence()));
        if (!snapshot.statuses().isEmpty()) {
            offer(snapshot);
        }
    }

    /** What was told, and will be, may be out of date from now on; or is no longer. */
    synchronized void turnStale(boolean nowStale, long nowMillis) {
        if (stale == nowStale || closed) {
            return;
        }
        stale = nowStale;
        if (told.isEmpty()) {
            return;
        }
        if (waiting.stream()
                .anyMatch(StatusBatch.class::isInstance)) { // or a slow listener would have one for each cut
            fold();
        }
        offer(rosters.all(told, stale, nowMillis));
    }

    private void fold() {
        counters.add(Counter.FOLDED_TRANSITIONS, waiting.size());
        waiting.clear();
    }

    /** Returns those who were in it. */
    synchronized List<String> drop(Collection<String> users) {
        List<String> dropped =
                users.stream().filter(user -> told.remove(user) != null).toList();
        waiting.removeIf(one -> one instanceof Transition turn && !told.containsKey(turn.user()));
        ArrayDeque<Object> left = new ArrayDeque<>();
        for (Object one : waiting) {
            Object kept = one instanceof StatusBatch snapshot ? ofThose(snapshot) : one;
            if (!(kept instanceof StatusBatch snapshot) || !snapshot.statuses().isEmpty()) {
                left.add(kept);
            }
        }
        waiting = left;
        return dropped;
    }

    private StatusBatch ofThose(StatusBatch snapshot) {
        return new StatusBatch(
                snapshot.nowMillis(),
                snapshot.statuses().stream()
                        .filter(status -> told.containsKey(status.user()))
                        .toList());
    }

    synchronized void turn(Transition transition, long nowMillis) {
        Presence before = told.replace(transition.user(), transition.presence());
        if (closed || before == null || before == transition.presence()) {
            return;
        }
        if (waiting.size() >= CAPACITY) {
            fold();
            offer(rosters.all(told, stale, nowMillis));
        } else {
            offer(transition);
        }
    }

    private void offer(Object news) {
        waiting.add(news);
        if (!delivering) {
            delivering = true;
            clock.schedule(this::deliver, 0, 0);
        }
    }

    private void deliver() {
        for (Object next = poll(); next != null; next = poll()) {
            try {
                if (next instanceof Transition transition) {
                    listener.onTransition(transition);
                } else if (next instanceof StatusBatch snapshot) {
                    listener.onSnapshot(snapshot);
                }
            } catch (Throwable e) { // some languages throw checked exceptions undeclared
                counters.increment(Counter.LISTENER_FAILURES);
                logOnce(e);
            }
        }
    }

    /** Null if nothing waits, or the rest has to wait for the next second. */
    private synchronized @Nullable Object poll() {
        if (waiting.isEmpty() || closed) {
            delivering = false;
            return null;
        }
        long nanos = clock.nanos();
        if (nanos - windowNanos >= SECOND_NANOS) {
            windowNanos = nanos;
            toldInWindow = 0;
        }
        if (toldInWindow == RATE) {
            long rest = windowNanos + SECOND_NANOS - nanos;
            clock.schedule(this::deliver, rest / 1_000_000 + 1, 0);
            return null;
        }
        toldInWindow++;
        return waiting.poll();
    }

    private void logOnce(Throwable e) {
        synchronized (this) {
            if (hasFailed) {
                return;
            }
            hasFailed = true;
        }
        log.warn("A roster's listener failed; further failures of it are counted, not logged", e);
    }
}
