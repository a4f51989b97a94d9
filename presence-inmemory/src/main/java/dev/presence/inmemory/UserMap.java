package dev.presence.inmemory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is known: a Caffeine map that collects users whose retention is over, hints in front of it, a place in the roll for each
 * user, and the bound on their number. Looking up takes no lock; changes of one user take turns. Thread-safe.
 */
final class UserMap {
    /** Whether a change of someone unknown may cost an offline user their place. */
    enum Room {
        IF_NEED_BE,
        ONLY_IF_FREE
    }

    /** Where a user whom the map does not hold would go. */
    private enum Place {
        OF_ITS_OWN,
        RESERVED
    }

    private static final Logger log = LoggerFactory.getLogger(CaffeinePresenceStore.class);
    private static final int COLLECTIONS_PER_SWEEP = 16; // each lets go of a thousand; a sweep is to stay short

    private final int maximum;
    private final BooleanSupplier isAnyoneOffline;
    private final Cache<String, UserCell> cells;
    private final Policy<String, UserCell> quietly;
    private final CellHints hints = new CellHints();
    private final UserRoll roll = new UserRoll();
    private final AtomicInteger reserved = new AtomicInteger(); // users in the map, and those about to be
    private final LongAdder evicted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicBoolean refusalLogged = new AtomicBoolean();

    /**
     * @param isAnyoneOffline spares the search for someone to evict
     * @param keepFor for how long a user is known who does not change any more
     */
    UserMap(int maximum, BooleanSupplier isAnyoneOffline, Ticker ticker, Function<UserCell, Duration> keepFor) {
        this.maximum = maximum;
        this.isAnyoneOffline = isAnyoneOffline;
        cells = Caffeine.newBuilder()
                .ticker(ticker)
                .executor(Runnable::run)
                .expireAfter(Expiry.<String, UserCell>writing((user, cell) -> keepFor.apply(cell)))
                .evictionListener((user, cell, cause) -> {
                    if (cell != null) {
                        left(cell);
                    }
                })
                .build();
        quietly = cells.policy();
    }

    @Nullable
    UserCell find(String user) {
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

    /** The cells of many users; null for each that has to be looked up by {@link #find(String)}. */
    @Nullable
    UserCell[] hinted(String[] users) {
        return hints.find(users);
    }

    /**
     * Changes a user, who becomes known by it; does nothing if there is no room for one more.
     *
     * @param change tells whether there is still something to know
     */
    void change(String user, Room room, Predicate<UserCell> change) {
        while (find(user) != null) {
            if (tryChange(user, change, Place.OF_ITS_OWN)) {
                return;
            } // it left the map just now, and with it its place
        }
        if (reserve(room) && !tryChange(user, change, Place.RESERVED)) {
            reserved.decrementAndGet();
        }
    }

    /** Returns whether the place was the one that it was meant for. */
    private boolean tryChange(String user, Predicate<UserCell> change, Place place) {
        @Nullable UserCell[] created = new @Nullable UserCell[1];
        boolean[] missing = new boolean[1];
        cells.asMap().compute(user, (id, present) -> {
            missing[0] = present == null && place == Place.OF_ITS_OWN;
            if (missing[0]) {
                return null;
            }
            UserCell cell = present;
            if (cell == null) {
                cell = new UserCell(id);
                created[0] = cell;
                roll.add(cell);
            }
            return keep(cell, change);
        });
        UserCell known = created[0];
        if (known != null) {
            hints.fit(size());
            hints.put(known);
        }
        return place == Place.RESERVED ? known != null : !missing[0];
    }

    /** Changes a user who is still known by this cell. */
    void changeIfPresent(UserCell cell, Predicate<UserCell> change) {
        cells.asMap().computeIfPresent(cell.user, (user, present) -> present == cell ? keep(present, change) : present);
    }

    private @Nullable UserCell keep(UserCell cell, Predicate<UserCell> change) {
        if (change.test(cell)) {
            return cell;
        }
        left(cell);
        return null;
    }

    private void left(UserCell cell) {
        cell.gone = true;
        hints.remove(cell);
        roll.remove(cell);
        reserved.decrementAndGet();
    }

    /** Lets go of users whose retention is over; false if there may be more of them than one sweep should take on. */
    boolean collect() {
        for (int i = 0; i < COLLECTIONS_PER_SWEEP; i++) {
            long before = cells.estimatedSize();
            cells.cleanUp(); // Caffeine stops after a thousand
            if (cells.estimatedSize() >= before) {
                return true;
            }
        }
        return false;
    }

    /** Adds up to a number of users from a place on; returns the place to go on from, or -1 at the end. */
    int page(int from, int limit, List<UserCell> into) {
        return roll.page(from, limit, into);
    }

    void forEach(Consumer<UserCell> action) {
        roll.forEach(action);
    }

    int size() {
        return reserved.get();
    }

    long evicted() {
        return evicted.sum();
    }

    long refused() {
        return refused.sum();
    }

    // ---- the bound

    private boolean reserve(Room room) {
        while (reserved.incrementAndGet() > maximum) {
            reserved.decrementAndGet();
            if (room == Room.ONLY_IF_FREE) {
                return false; // there is nothing to end or erase, and no room for the mark of it
            }
            if (!isAnyoneOffline.getAsBoolean() || !evictOne()) {
                refused.increment();
                if (refusalLogged.compareAndSet(false, true)) {
                    log.error(
                            "All {} users of the presence store are online; beats of further ones are refused",
                            maximum);
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
            cells.asMap().compute(victim.user, (user, present) -> {
                left[0] = present == null || (present == chosen && !present.reportedOnline);
                if (present != null && left[0]) {
                    left(present);
                    evicted.increment();
                }
                return left[0] ? null : present; // who is null here was collected by this call
            });
            if (left[0]) {
                return true;
            }
        }
        return false;
    }
}
