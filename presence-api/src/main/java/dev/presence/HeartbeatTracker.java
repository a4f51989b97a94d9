package dev.presence;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a host calls: beats in, statuses and transitions out.
 *
 * <p>{@link #heartbeat} and {@link #disconnect} never block and never throw for trouble in the store. On a store that does
 * I/O they are buffered for a flush interval; a read on the same tracker sees them at once, other nodes after the flush. All
 * other calls may block for as long as the store takes. Times are those of the store's clock. Thread-safe.
 */
public final class HeartbeatTracker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HeartbeatTracker.class);
    private static final long CLOSE_RETRY_NANOS = 100_000_000L;
    private static final long FOLD_NANOS = 1_000_000_000L;

    private final PresenceStore store;
    private final @Nullable DirectPresenceStore direct;
    private final String node = UUID.randomUUID().toString();
    private final HeartbeatTrackerBuilder settings;
    private final Counters counters = new Counters();
    private final Outage outage;
    private final StoreTime time;
    private final PendingWrites pending;
    private final Flusher flusher;
    private final StatusReader reader;
    private final FeedFollower follower;
    private final ViewReader views;
    private final Rosters rosters;
    private final BeatHints hints;
    private final Sweeper sweeper;
    private final Subscription feedSignals;
    private final AtomicBoolean refusalLogged = new AtomicBoolean();
    private volatile long foldedNanos;
    private volatile long checkedVersion;
    private volatile boolean closed;
    private final AtomicBoolean closing = new AtomicBoolean();

    HeartbeatTracker(HeartbeatTrackerBuilder settings) {
        this.settings = settings;
        store = settings.store;
        direct = store instanceof DirectPresenceStore taker ? taker : null;
        PresenceClock clock = store.clock();
        long flushMillis = settings.flushInterval().toMillis();
        hints = new BeatHints(clock);
        outage = new Outage(clock);
        pending = new PendingWrites(settings.maximumPending);
        time = new StoreTime(clock, pending::age);
        LocalView view = direct == null ? settings.localView : LocalView.NONE;
        KnownUsers known = new KnownUsers(clock, settings.maximumViewed);
        FeedCursor cursor =
                new FeedCursor(store, counters, settings.heartbeatInterval().toMillis());
        flusher = new Flusher(
                store,
                node,
                flushMillis,
                pending,
                time,
                outage,
                counters,
                view == LocalView.NONE ? users -> {} : users -> users.forEach(known::doubt),
                this::onRecorded);
        reader = new StatusReader(store, pending, flusher, time, outage, counters, settings.whenUnavailable);
        follower = new FeedFollower(store, node, view, known, cursor, settings.listenerQueue, outage, counters);
        views = new ViewReader(store, known, follower, reader, pending, time, counters);
        rosters = new Rosters(follower, views, known, time, clock, counters);
        sweeper = new Sweeper(
                store,
                node,
                settings.sweepInterval().toMillis(),
                direct != null ? 0 : flushMillis,
                pending,
                time,
                outage,
                counters,
                this::afterSweep);
        foldedNanos = clock.nanos() - FOLD_NANOS;
        checkedVersion = store.settings().version();
        feedSignals =
                store instanceof SignallingPresenceStore signalling ? signalling.onFeed(follower::signal) : () -> {};
        follower.start(rosters);
        sweeper.start();
    }

    /**
     * A tracker with default settings.
     *
     * @param store the store, which the caller closes after the tracker
     * @return a running tracker
     */
    public static HeartbeatTracker create(PresenceStore store) {
        return builder(store).build();
    }

    /**
     * A tracker with settings.
     *
     * @param store the store, which the caller closes after the tracker
     * @return a builder
     */
    public static HeartbeatTrackerBuilder builder(PresenceStore store) {
        return new HeartbeatTrackerBuilder(store);
    }

    /**
     * The user is alive, in the default session.
     *
     * @param user who
     * @throws IllegalArgumentException if the id is malformed (see {@link Ids})
     * @throws IllegalStateException if the tracker is closed
     */
    public void heartbeat(String user) {
        beat(user, Write.DEFAULT_SESSION);
    }

    /**
     * One session of the user is alive.
     *
     * @param user who
     * @param session the device, tab or connection
     * @throws IllegalArgumentException if an id is malformed (see {@link Ids})
     * @throws IllegalStateException if the tracker is closed
     */
    public void heartbeat(String user, String session) {
        beat(user, named(session));
    }

    private void beat(String user, String session) {
        requireOpen();
        if (direct != null) {
            direct.heartbeat(user, session, node);
        } else if (!accept(Write.Kind.BEAT, user, session)) {
            return;
        }
        counters.increment(Counter.BEATS);
    }

    /**
     * The default session of the user ends now. The user is offline when no other session lives.
     *
     * @param user who
     * @throws IllegalArgumentException if the id is malformed (see {@link Ids})
     * @throws IllegalStateException if the tracker is closed
     */
    public void disconnect(String user) {
        end(user, Write.DEFAULT_SESSION);
    }

    /**
     * One session of the user ends now. The user is offline when no other session lives.
     *
     * @param user who
     * @param session the device, tab or connection
     * @throws IllegalArgumentException if an id is malformed (see {@link Ids})
     * @throws IllegalStateException if the tracker is closed
     */
    public void disconnect(String user, String session) {
        end(user, named(session));
    }

    private void end(String user, String session) {
        requireOpen();
        if (direct != null) {
            direct.disconnect(user, session, node);
        } else if (!accept(Write.Kind.END, user, session)) {
            return;
        }
        counters.increment(Counter.DISCONNECTS);
    }

    /**
     * Every session of the user ends now, on whatever node it beats.
     *
     * @param user who
     * @throws IllegalArgumentException if the id is malformed (see {@link Ids})
     * @throws IllegalStateException if the tracker is closed
     */
    public void disconnectAll(String user) {
        requireOpen();
        if (direct != null) {
            direct.disconnectAll(user, node);
        } else if (!accept(Write.Kind.END_ALL, user, Write.DEFAULT_SESSION)) {
            return;
        }
        counters.increment(Counter.DISCONNECTS);
    }

    /**
     * The status of one user. With a {@link LocalView} it says what the view knows.
     *
     * @param user who
     * @return the status; offline without last seen for a user nobody has heard of
     * @throws IllegalArgumentException if the id is malformed (see {@link Ids})
     * @throws PresenceStoreUnavailableException if the store does not answer, unless {@link WhenUnavailable#LAST_KNOWN} was
     *     asked for
     * @throws IllegalStateException if the tracker is closed
     */
    public UserStatus status(String user) {
        return statuses(List.of(user)).statuses().get(0);
    }

    /**
     * The statuses of many users, in one batch. With a {@link LocalView} it says what the view knows, and asks the store for
     * the rest.
     *
     * @param users who; may be empty, and may repeat
     * @return one status per position, in asked order, with the store's time
     * @throws IllegalArgumentException if an id is malformed (see {@link Ids})
     * @throws PresenceStoreUnavailableException if the store does not answer, unless {@link WhenUnavailable#LAST_KNOWN} was
     *     asked for
     * @throws IllegalStateException if the tracker is closed
     */
    public StatusBatch statuses(Collection<String> users) {
        requireOpen();
        List<String> asked = users instanceof List<String> list ? list : List.copyOf(users);
        StatusBatch batch = direct != null ? direct.statuses(asked) : views.read(asked);
        if (follower.isStale()) {
            batch = new StatusBatch(
                    batch.nowMillis(),
                    batch.statuses().stream().map(UserStatus::asStale).toList());
        }
        countStale(batch.statuses());
        return batch;
    }

    private void countStale(List<UserStatus> statuses) {
        for (int i = 0; i < statuses.size(); i++) {
            if (statuses.get(i).isStale()) {
                counters.increment(Counter.STALE_ANSWERS);
            }
        }
    }

    /**
     * How many users are online, each counted once however many sessions it has.
     *
     * @return the count, right within the detection lag
     * @throws PresenceStoreUnavailableException if the store does not answer
     * @throws IllegalStateException if the tracker is closed
     */
    public long onlineCount() {
        requireOpen();
        return store.stats().onlineUsers();
    }

    /**
     * Lists online users page by page, as the count counts them: until their offline is claimed. Users who stay online
     * throughout appear exactly once.
     *
     * @param cursor {@link OnlinePage#START}, then what the page before said
     * @param limit about how many ids at most
     * @return a page; its cursor is {@link OnlinePage#START} when it is the last
     * @throws IllegalArgumentException if the cursor is not from this store or the limit not positive
     * @throws PresenceStoreUnavailableException if the store does not answer
     * @throws IllegalStateException if the tracker is closed
     */
    public OnlinePage onlineUsers(String cursor, int limit) {
        requireOpen();
        return store.online(cursor, limit);
    }

    /**
     * Erases a user from the store: sessions, last seen and all. An online user goes offline by it. Beats that come later
     * are those of a new user.
     *
     * @param user who
     * @throws IllegalArgumentException if the id is malformed (see {@link Ids})
     * @throws PresenceStoreUnavailableException if the store does not answer: then the user may not be erased yet
     * @throws IllegalStateException if the tracker is closed
     */
    public void forget(String user) {
        requireOpen();
        reader.forget(user);
        if (direct != null) {
            direct.forget(user, node);
        } else if (offer(Write.Kind.FORGET, user, Write.DEFAULT_SESSION)) {
            flush();
        } else {
            throw new PresenceStoreUnavailableException("too many writes wait for the store for one more");
        }
    }

    /**
     * Has a listener told of every transition from now on, whichever node caused it.
     *
     * @param listener who listens
     * @return ends the subscription when closed
     * @throws IllegalStateException if the tracker is closed
     */
    public Subscription addListener(PresenceListener listener) {
        requireOpen();
        return follower.add(listener);
    }

    /**
     * Has a listener told how these users are, and then how they turn, whichever node caused it.
     *
     * @param users who; may be empty, and may repeat. The roster can change later
     * @param listener who listens
     * @return the roster, which ends when it or the tracker is closed
     * @throws IllegalArgumentException if an id is malformed (see {@link Ids})
     * @throws PresenceStoreUnavailableException if the store does not answer
     * @throws IllegalStateException if the tracker is closed
     */
    public Roster subscribe(Collection<String> users, RosterListener listener) {
        requireOpen();
        return rosters.open(users, listener);
    }

    /**
     * Records at once what is buffered. There is seldom a need to: it happens by itself.
     *
     * @throws PresenceStoreUnavailableException if the store does not answer: then the writes wait on
     * @throws IllegalStateException if the tracker is closed
     */
    public void flush() {
        requireOpen();
        flusher.flush();
    }

    /**
     * How often clients are to beat.
     *
     * @return the heartbeat interval
     */
    public Duration heartbeatInterval() {
        return settings.heartbeatInterval();
    }

    /**
     * When one client is to beat next: the heartbeat interval less up to a tenth, at random, so that clients which started
     * together drift apart. Less up to a half for a crowd that came within a second.
     *
     * @return how long to wait
     */
    public Duration nextHeartbeat() {
        return Duration.ofMillis(hints.next(heartbeatInterval().toMillis()));
    }

    /**
     * How this tracker and its store get along. Never blocks.
     *
     * @return the health now
     */
    public TrackerHealth health() {
        return closed
                ? new TrackerHealth(TrackerHealth.State.CLOSED, Duration.ZERO, Optional.empty())
                : outage.health();
    }

    /**
     * The figures of this tracker, and those of its store if it answers.
     *
     * @return the figures now
     */
    public TrackerStats stats() {
        Optional<StoreStats> figures;
        try {
            figures = closed ? Optional.empty() : Optional.of(store.stats());
        } catch (PresenceStoreException e) {
            figures = Optional.empty();
        }
        return new TrackerStats(counters.snapshot(), pending.size(), time.skewMillis(), figures);
    }

    /**
     * Records what is buffered, for as long as the close time-out at most, and stops. Ends no session, and leaves the store
     * open. Listeners hear nothing any more. Idempotent.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        closed = true;
        sweeper.stop();
        feedSignals.close();
        follower.close();
        if (pending.size() > 0) {
            flushWithinCloseTimeout();
        }
        flusher.stop();
        int lost = pending.size();
        if (lost > 0) {
            counters.add(Counter.WRITES_LOST_AT_CLOSE, lost);
            log.warn("{} heartbeats and disconnects could not be recorded before the tracker was closed", lost);
        }
    }

    private void flushWithinCloseTimeout() {
        Thread last = new Thread(this::flushUntilStopped, "presence-close");
        last.setDaemon(true);
        last.start();
        try {
            last.join(settings.closeTimeout().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void flushUntilStopped() {
        while (!flusher.isStopped()) {
            try {
                flusher.flush();
                return;
            } catch (RuntimeException e) {
                LockSupport.parkNanos(CLOSE_RETRY_NANOS);
            }
        }
    }

    private boolean accept(Write.Kind kind, String user, String session) {
        boolean accepted = offer(kind, user, session);
        if (!accepted) {
            counters.increment(Counter.WRITES_REFUSED);
            if (refusalLogged.compareAndSet(false, true)) {
                log.error(
                        "{} writes wait for the presence store; further ones are refused and counted", pending.size());
            }
        }
        return accepted;
    }

    private boolean offer(Write.Kind kind, String user, String session) {
        Ids.requireUser(user);
        if (!session.isEmpty()) {
            Ids.requireSession(session);
        }
        long nanos = store.clock().nanos();
        boolean accepted = pending.offer(kind, user, session, nanos)
                || (makeRoom(nanos) && pending.offer(kind, user, session, nanos));
        if (accepted) {
            flusher.wake();
        }
        return accepted;
    }

    /** Folds lapsed beats, which can bring nobody online any more, to one last seen per user; at most once a second. */
    private boolean makeRoom(long nanos) {
        synchronized (pending) {
            if (nanos - foldedNanos < FOLD_NANOS) {
                return false;
            }
            foldedNanos = nanos;
        }
        int folded = pending.foldBeatsUpTo(nanos - store.settings().timeout().toNanos() - 1_000_000L);
        counters.add(Counter.WRITES_FOLDED, folded);
        return folded > 0;
    }

    private void onRecorded(long oldestMillis) {
        follower.signal();
        Duration untilNextSweep = settings.sweepInterval();
        if (oldestMillis > store.settings().timeout().minus(untilNextSweep).toMillis()) {
            sweeper.soon();
        }
    }

    private void afterSweep() {
        follower.keepUp();
        long version = store.settings().version();
        if (version != checkedVersion) {
            checkedVersion = version;
            try {
                settings.checkAgainst(store.settings().timeout());
            } catch (IllegalArgumentException e) {
                log.warn("The store's new settings do not go with those of this tracker: {}", e.getMessage());
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the tracker is closed");
        }
    }

    private static String named(String session) {
        return session.isEmpty() ? Ids.requireSession(session) : session;
    }
}
