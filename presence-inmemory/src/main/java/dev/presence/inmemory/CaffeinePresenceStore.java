package dev.presence.inmemory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Policy;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger log = LoggerFactory.getLogger(CaffeinePresenceStore.class);
    private static final long FEED_MILLIS =
            3_600_000; // longer than any node is behind, and then a forgotten user is out of the feed too

    private static final int COLLECTIONS = 16; // of a thousand users each: some tens of milliseconds

    private final PresenceClock clock;
    private final boolean ownsClock;
    private final int maximumUsers;
    private final StoreClock time;
    private final Cache<String, UserCell> users;
    private final Policy<String, UserCell> quietly;
    private final CellHints hints = new CellHints();
    private final UserRoll roll = new UserRoll();
    private final TransitionFeed feed;
    private final DeadlineWheel wheel;
    private final List<Runnable> signals = new CopyOnWriteArrayList<>();
    private final AtomicInteger reserved = new AtomicInteger(); // users in the map, and those about to be
    private final AtomicLong onlineUsers = new AtomicLong();
    private final AtomicLong batches = new AtomicLong(SessionChange.DIRECT);
    private final LongAdder sessionsDropped = new LongAdder();
    private final LongAdder usersEvicted = new LongAdder();
    private final LongAdder usersRefused = new LongAdder();
    private final AtomicBoolean refusalLogged = new AtomicBoolean();
    private volatile StoreSettings settings;
    private volatile boolean closed;

    CaffeinePresenceStore(StoreSettings settings, int maximumUsers, PresenceClock clock, boolean ownsClock) {
        this.settings = settings;
        this.maximumUsers = maximumUsers;
        this.clock = clock;
        this.ownsClock = ownsClock;
        time = new StoreClock(clock, settings.timeout().toMillis());
        wheel = new DeadlineWheel(time.now(), horizonMillis(settings));
        feed = new TransitionFeed(time.now());
        users = Caffeine.newBuilder()
                .ticker(() -> time.now() * 1_000_000L)
                .executor(Runnable::run)
                .expireAfter(Expiry.<String, UserCell>writing((user, cell) -> keepFor(cell)))
                .evictionListener((user, cell, cause) -> {
                    if (cell != null) {
                        forgotten(cell);
                    }
                })
                .build();
        quietly = users.policy();
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
        roll.forEach(cell -> wheel.remind(cell, now, now + horizonMillis(previous)));
    }

    @Override
    public PresenceClock clock() {
        return clock;
    }

    @Override
    public void heartbeat(String user, String session, String node) {
        requireOpen();
        long now = time.now();
        UserCell cell = find(user);
        if (cell == null || !cell.renew(session, now)) {
            requireWellFormed(user, session);
            change(user, node, Room.IF_NEED_BE, change -> change.beat(session, change.now(), SessionChange.DIRECT));
        }
    }

    private @Nullable UserCell find(String user) {
        UserCell hinted = hints.find(user);
        if (hinted != null) {
            return hinted;
        }
        UserCell found = quietly.getIfPresentQuietly(user);
        if (found != null) {
            hints.put(found);
        }
        return found;
    }

    @Override
    public void disconnect(String user, String session, String node) {
        requireOpen();
        requireWellFormed(user, session);
        change(user, node, Room.ONLY_IF_FREE, change -> change.end(session, change.now(), batches.incrementAndGet()));
    }

    @Override
    public void disconnectAll(String user, String node) {
        requireOpen();
        Ids.requireUser(user);
        change(user, node, Room.ONLY_IF_FREE, change -> change.endAll(change.now(), batches.incrementAndGet()));
    }

    @Override
    public void forget(String user, String node) {
        requireOpen();
        Ids.requireUser(user);
        change(user, node, Room.ONLY_IF_FREE, change -> change.forget(change.now(), batches.incrementAndGet()));
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
        change(first.user(), batch.node(), beats ? Room.IF_NEED_BE : Room.ONLY_IF_FREE, change -> {
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
        String[] users = asked.toArray(new String[0]); // once: the host may change its list meanwhile
        @Nullable UserCell[] hinted = hints.find(users);
        List<UserStatus> statuses = new ArrayList<>(users.length);
        for (int i = 0; i < users.length; i++) {
            String user = users[i];
            UserCell cell = hinted[i] == null ? find(user) : hinted[i];
            statuses.add(
                    cell == null
                            ? UserStatus.of(Ids.requireUser(user), Presence.OFFLINE)
                            : cell.status(user, now, current, liveFrom, benefitFrom));
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
        boolean collectedAll = collect();
        feed.dropBefore(now - FEED_MILLIS);
        return new SweepReply(verdict, now, claimed, collectedAll ? Math.max(now + 1, wheel.nextDue()) : now + 1);
    }

    /** Lets go of users whose retention is over; false if there may be more of them than one sweep should take on. */
    private boolean collect() {
        for (int i = 0; i < COLLECTIONS; i++) {
            long before = users.estimatedSize();
            users.cleanUp(); // Caffeine stops after a thousand
            if (users.estimatedSize() >= before) {
                return true;
            }
        }
        return false;
    }

    /** Returns how many users were claimed: one or none. */
    private int visit(Parked polled, long now, long delay, String node) {
        UserCell cell = polled.cell();
        Session[] others = cell.sessions;
        if (others == null || others.length == 0) {
            long word = cell.look(Long.MIN_VALUE);
            if (!UserCell.isLive(word)) {
                // Perhaps a reminder of new settings: have the retention counted anew.
                users.asMap().computeIfPresent(cell.user, (user, present) -> present);
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
            users.asMap().computeIfPresent(cell.user, (user, present) -> {
                if (present != cell) {
                    return present;
                }
                boolean online = cell.reportedOnline;
                UserCell kept = change(polled, node, delay, change -> change.lapse(delay));
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
            from = roll.page(from, limit, page);
            for (UserCell cell : page) {
                if (cell.isReportedOnline()) {
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
        return new StoreStats(onlineUsers.get(), sessionsDropped.sum(), usersEvicted.sum(), usersRefused.sum());
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

    /** Whether a change of someone unknown may cost an offline user their place. */
    private enum Room {
        IF_NEED_BE,
        ONLY_IF_FREE
    }

    private void change(String user, String node, Room room, Consumer<SessionChange> what) {
        while (find(user) != null) {
            if (tryChange(user, node, what, Place.OF_ITS_OWN)) {
                return;
            } // it left the map just now, and with it its place
        }
        if (reserve(room) && !tryChange(user, node, what, Place.RESERVED)) {
            reserved.decrementAndGet();
        }
    }

    /** Where a user whom the map does not hold would go. */
    private enum Place {
        OF_ITS_OWN,
        RESERVED
    }

    /** Changes a user; returns whether the place was the one that it was meant for. */
    private boolean tryChange(String user, String node, Consumer<SessionChange> what, Place place) {
        boolean[] created = new boolean[1];
        boolean[] announced = new boolean[1];
        boolean[] missing = new boolean[1];
        users.asMap().compute(user, (id, present) -> {
            if (present == null && place == Place.OF_ITS_OWN) {
                missing[0] = true;
                return null;
            }
            UserCell cell = present;
            if (cell == null) {
                created[0] = true;
                cell = new UserCell(id);
                roll.add(cell);
            }
            boolean online = cell.reportedOnline;
            UserCell kept = change(cell, node, claimDelay(settings), what);
            announced[0] = online != cell.reportedOnline;
            return kept;
        });
        if (created[0]) {
            hints.fit(reserved.get());
        }
        if (announced[0]) {
            signal();
        }
        return place == Place.RESERVED ? created[0] : !missing[0];
    }

    /** Runs under the map's lock on the user. Returns what the map is to keep: null if nothing is left to know. */
    private @Nullable UserCell change(Parked polled, String node, long delay, Consumer<SessionChange> what) {
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
        if (keepFor(cell).isZero()) {
            forgotten(cell);
            return null;
        }
        return cell;
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

    private void forgotten(UserCell cell) {
        cell.gone = true;
        hints.remove(cell);
        roll.remove(cell);
        reserved.decrementAndGet();
    }

    /** Users in the map, online or not. */
    int knownUsers() {
        return reserved.get();
    }

    private void signal() {
        signals.forEach(Runnable::run);
    }

    // ---- the bound on users

    private boolean reserve(Room room) {
        while (reserved.incrementAndGet() > maximumUsers) {
            reserved.decrementAndGet();
            if (room == Room.ONLY_IF_FREE) {
                return false; // there is nothing to end or erase, and no room for the mark of it
            }
            if (onlineUsers.get() >= maximumUsers || !evictOne()) {
                usersRefused.increment();
                if (refusalLogged.compareAndSet(false, true)) {
                    log.error(
                            "All {} users of the presence store are online; beats of further ones are refused",
                            maximumUsers);
                }
                return false;
            }
        }
        return true;
    }

    /** Makes an offline user's place free; false if there is none. */
    private boolean evictOne() {
        for (UserCell victim = roll.nextOffline(); victim != null; victim = roll.nextOffline()) {
            UserCell chosen = victim;
            boolean[] left = new boolean[1];
            users.asMap().compute(victim.user, (user, present) -> {
                left[0] = present == null || (present == chosen && !present.reportedOnline);
                if (present != null && left[0]) {
                    forgotten(present);
                    usersEvicted.increment();
                }
                return left[0]
                        ? null
                        : present; // a user whose retention is over is null here, and collected by this call
            });
            if (left[0]) {
                return true;
            }
        }
        return false;
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
