package dev.presence.inmemory;

import dev.presence.DirectPresenceStore;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.Ids;
import dev.presence.OnlinePage;
import dev.presence.Presence;
import dev.presence.PresenceClock;
import dev.presence.SignallingPresenceStore;
import dev.presence.StatusBatch;
import dev.presence.StoreReply;
import dev.presence.StoreSettings;
import dev.presence.StoreStats;
import dev.presence.Subscription;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Presence in the memory of one process: for applications on one machine, and for tests. What it knows ends with the process.
 *
 * <p>Users live in a Caffeine map. A beat of a live session looks its user up past Caffeine's bookkeeping and sets the beat
 * by compare-and-set: no lock, no allocation, no write to the cache. Beginnings, ends and claims run under Caffeine's lock on
 * that one user, together with their entry in the feed. Who is due to lapse is found in a wheel of deadlines that a beat does
 * not touch; Caffeine itself collects users whose retention is over. Reads take no lock. Thread-safe; nothing here blocks on
 * anything but memory.
 */
public final class CaffeinePresenceStore implements DirectPresenceStore, SignallingPresenceStore {
    private static final long FEED_MILLIS =
            3_600_000; // longer than any node is behind, and then a forgotten user is out of the feed too

    private final PresenceClock clock;
    private final boolean ownsClock;
    private final StoreClock time;
    private final UserMap users;
    private final TransitionFeed feed;
    private final DeadlineWheel wheel;
    private final List<Runnable> signals = new CopyOnWriteArrayList<>();
    private final AtomicLong onlineUsers = new AtomicLong();
    private final AtomicLong batches = new AtomicLong(SessionChange.DIRECT);
    private final LongAdder sessionsDropped = new LongAdder();
    private volatile StoreSettings settings;
    private volatile boolean closed;

    CaffeinePresenceStore(StoreSettings settings, int maximumUsers, PresenceClock clock, boolean ownsClock) {
        this.settings = settings;
        this.clock = clock;
        this.ownsClock = ownsClock;
        time = new StoreClock(clock, settings.timeout().toMillis());
        wheel = new DeadlineWheel(time.now(), horizonMillis(settings));
        feed = new TransitionFeed(time.now());
        users = new UserMap(
                maximumUsers, () -> onlineUsers.get() < maximumUsers, () -> time.now() * 1_000_000L, this::keepFor);
    }

    /**
     * A store with default settings on the system's clock.
     *
     * @return an empty store
     */
    public static CaffeinePresenceStore create() {
        return builder().build();
    }

    /**
     * A store with settings.
     *
     * @return a builder
     */
    public static CaffeinePresenceStoreBuilder builder() {
        return new CaffeinePresenceStoreBuilder();
    }

    @Override
    public StoreSettings settings() {
        return settings;
    }

    /**
     * Puts newer settings in force, for every tracker on this store. A longer retention may show a last seen again whose
     * retention was over, if it was not collected yet.
     *
     * @param newer the settings, of a higher version
     * @throws IllegalArgumentException if they are not newer; the message has both
     */
    public synchronized void settings(StoreSettings newer) {
        StoreSettings previous = settings;
        settings = newer.requireNewerThan(previous);
        time.timeout(newer.timeout().toMillis());
        long now = time.now();
        users.forEach(cell -> wheel.remind(cell, now, now + horizonMillis(previous)));
    }

    @Override
    public PresenceClock clock() {
        return clock;
    }

    @Override
    public void heartbeat(String user, String session, String node) {
        requireOpen();
        long now = time.now();
        UserCell cell = users.find(user);
        if (cell == null || !cell.renew(session, now)) {
            requireWellFormed(user, session);
            change(
                    user,
                    node,
                    UserMap.Room.IF_NEED_BE,
                    change -> change.beat(session, change.now(), SessionChange.DIRECT));
        }
    }

    @Override
    public void disconnect(String user, String session, String node) {
        requireOpen();
        requireWellFormed(user, session);
        change(
                user,
                node,
                UserMap.Room.ONLY_IF_FREE,
                change -> change.end(session, change.now(), batches.incrementAndGet()));
    }

    @Override
    public void disconnectAll(String user, String node) {
        requireOpen();
        Ids.requireUser(user);
        change(user, node, UserMap.Room.ONLY_IF_FREE, change -> change.endAll(change.now(), batches.incrementAndGet()));
    }

    @Override
    public void forget(String user, String node) {
        requireOpen();
        Ids.requireUser(user);
        change(user, node, UserMap.Room.ONLY_IF_FREE, change -> change.forget(change.now(), batches.incrementAndGet()));
    }

    @Override
    public StoreReply record(WriteBatch batch) {
        requireOpen();
        long now = time.now();
        StoreReply.Verdict verdict = StoreReply.fence(now, batch.madeAtMillis());
        if (verdict == StoreReply.Verdict.DONE) {
            List<Write> writes = batch.writes();
            for (int from = 0; from < writes.size(); ) {
                int to = from + 1;
                while (to < writes.size()
                        && writes.get(to).user().equals(writes.get(from).user())) {
                    to++;
                }
                record(writes.subList(from, to), batch, now);
                from = to;
            }
        }
        return new StoreReply(verdict, now);
    }

    private void record(List<Write> ofOneUser, WriteBatch batch, long now) {
        long number = batches.incrementAndGet();
        Write first = ofOneUser.get(0);
        boolean beats = ofOneUser.stream().anyMatch(write -> write.kind() == Write.Kind.BEAT);
        change(first.user(), batch.node(), beats ? UserMap.Room.IF_NEED_BE : UserMap.Room.ONLY_IF_FREE, change -> {
            for (Write write : ofOneUser) {
                long stamp = Math.min(now, batch.madeAtMillis() - write.ageMillis());
                apply(write, Math.max(UserCell.EARLIEST, stamp), number, change);
            }
        });
    }

    private static void apply(Write write, long stamp, long batch, SessionChange change) {
        switch (write.kind()) {
            case BEAT -> change.beat(write.session(), stamp, batch);
            case END -> change.end(write.session(), stamp, batch);
            case END_ALL -> change.endAll(stamp, batch);
            case FORGET -> change.forget(stamp, batch);
        }
    }

    @Override
    public StatusBatch statuses(List<String> asked) {
        requireOpen();
        long now = time.now();
        long liveFrom = time.liveFrom(now);
        long benefitFrom = time.benefitFrom(now);
        StoreSettings current = settings;
        String[] ids = asked.toArray(new String[0]); // once: the host may change its list meanwhile
        @Nullable UserCell[] hinted = users.hinted(ids);
        List<UserStatus> statuses = new ArrayList<>(ids.length);
        for (int i = 0; i < ids.length; i++) {
            UserCell cell = hinted[i] == null ? users.find(ids[i]) : hinted[i];
            statuses.add(
                    cell == null
                            ? UserStatus.of(Ids.requireUser(ids[i]), Presence.OFFLINE)
                            : cell.status(ids[i], now, current, liveFrom, benefitFrom));
        }
        return new StatusBatch(now, statuses);
    }

    @Override
    public SweepReply expire(SweepRequest request) {
        requireOpen();
        long now = time.now();
        StoreReply.Verdict verdict = StoreReply.fence(now, request.madeAtMillis());
        if (verdict == StoreReply.Verdict.LATE) {
            return new SweepReply(verdict, now, 0, now);
        }
        time.swept(now, request);
        if (time.isQuiet(now)) {
            return new SweepReply(verdict, now, 0, time.quietUntil() + 1);
        }
        long delay = claimDelay(settings) + time.flushMillis();
        int claimed = 0;
        for (Parked polled = wheel.poll(now); polled != null; polled = wheel.poll(now)) {
            claimed += visit(polled, now, delay, request.node());
            if (claimed == request.limit()) {
                return new SweepReply(verdict, now, claimed, now);
            }
        }
        boolean collectedAll = users.collect();
        feed.dropBefore(now - FEED_MILLIS);
        return new SweepReply(verdict, now, claimed, collectedAll ? Math.max(now + 1, wheel.nextDue()) : now + 1);
    }

    /** Returns how many users were claimed: one or none. */
    private int visit(Parked polled, long now, long delay, String node) {
        UserCell cell = polled.cell();
        Session[] others = cell.sessions;
        if (others == null || others.length == 0) {
            long word = cell.look(Long.MIN_VALUE);
            if (!UserCell.isLive(word)) {
                // Perhaps a reminder of new settings: have the retention counted anew.
                users.changeIfPresent(cell, unchanged -> true);
                return 0; // went offline otherwise; whoever comes back is parked again
            }
            long newest = UserCell.time(word);
            if (now - newest <= delay) {
                wheel.parkAgain(polled, newest + delay + 1);
                return 0;
            }
        }
        boolean[] claimed = new boolean[1];
        try {
            users.changeIfPresent(cell, present -> {
                boolean online = cell.reportedOnline;
                boolean kept = change(polled, node, delay, change -> change.lapse(delay));
                claimed[0] = online && !cell.reportedOnline;
                return kept;
            });
        } catch (RuntimeException | Error e) {
            wheel.parkAgain(polled, now + 1);
            throw e;
        }
        if (claimed[0]) {
            signal();
        }
        return claimed[0] ? 1 : 0;
    }

    @Override
    public FeedPage feed(FeedPosition after, int limit) {
        requireOpen();
        return feed.read(after, limit);
    }

    @Override
    public OnlinePage online(String cursor, int limit) {
        requireOpen();
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, not " + limit);
        }
        List<String> online = new ArrayList<>();
        List<UserCell> page = new ArrayList<>();
        int from = place(cursor);
        do {
            page.clear();
            from = users.page(from, limit, page);
            for (UserCell cell : page) {
                if (cell.reportedOnline) {
                    online.add(cell.user);
                }
            }
        } while (online.isEmpty() && from >= 0);
        return new OnlinePage(online, from < 0 ? OnlinePage.START : Integer.toString(from));
    }

    private static int place(String cursor) {
        try {
            int place = cursor.equals(OnlinePage.START) ? 0 : Integer.parseInt(cursor);
            if (place >= 0) {
                return place;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "not a cursor of this store; pass OnlinePage.START, then what each page says");
    }

    @Override
    public StoreStats stats() {
        requireOpen();
        return new StoreStats(onlineUsers.get(), sessionsDropped.sum(), users.evicted(), users.refused());
    }

    @Override
    public Subscription onFeed(Runnable signal) {
        signals.add(signal);
        return () -> signals.remove(signal);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (ownsClock) {
                clock.close();
            }
        }
    }

    // ---- changes: everything but the renewal of a live session

    private void change(String user, String node, UserMap.Room room, Consumer<SessionChange> what) {
        boolean[] announced = new boolean[1];
        users.change(user, room, cell -> {
            boolean online = cell.reportedOnline;
            boolean kept = change(cell, node, claimDelay(settings), what);
            announced[0] = online != cell.reportedOnline;
            return kept;
        });
        if (announced[0]) {
            signal();
        }
    }

    /** Runs under the map's lock on the user. Returns whether anything is left to know. */
    private boolean change(Parked polled, String node, long delay, Consumer<SessionChange> what) {
        UserCell cell = polled.cell();
        long now = time.now();
        SessionChange change = new SessionChange(cell, settings, now);
        boolean live;
        try {
            what.accept(change);
            change.lapseIfNoneIsLive(time.benefitFrom(now));
        } finally {
            live = change.publish();
        }
        sessionsDropped.add(change.dropped());
        report(cell, live, now, node);
        long nextLook = change.nextLook(delay);
        if (change.isLate()) {
            wheel.remind(cell, nextLook, now + horizonMillis(settings));
        } else if (nextLook != Long.MAX_VALUE) {
            wheel.parkAgain(polled, nextLook);
        }
        return !keepFor(cell).isZero();
    }

    private void report(UserCell cell, boolean online, long now, String node) {
        if (online != cell.reportedOnline) {
            cell.reportedOnline = online;
            onlineUsers.addAndGet(online ? 1 : -1);
            feed.append(cell.user, online ? Presence.ONLINE : Presence.OFFLINE, now, node);
        }
    }

    private Duration keepFor(UserCell cell) {
        return cell.reportedOnline
                ? Duration.ofNanos(Long.MAX_VALUE)
                : Duration.ofMillis(Math.max(0, cell.keepMillis(settings, time.now())));
    }

    /** Online or not. */
    int knownUsers() {
        return users.size();
    }

    private void signal() {
        signals.forEach(Runnable::run);
    }

    private static long claimDelay(StoreSettings settings) {
        return settings.timeout().plus(settings.grace()).toMillis();
    }

    private static long horizonMillis(StoreSettings settings) {
        return claimDelay(settings) + settings.timeout().toMillis() / 4 + 1;
    }

    private static void requireWellFormed(String user, String session) {
        Ids.requireUser(user);
        if (!session.isEmpty()) {
            Ids.requireSession(session);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the presence store is closed");
        }
    }
}
