package dev.presence.testkit;

import dev.presence.FeedEntry;
import dev.presence.Presence;
import dev.presence.StoreSettings;
import dev.presence.UserStatus;
import dev.presence.Write;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for an order of the calls on one user that the {@link UserModel} could have gone through one by one: it keeps the
 * order of calls that did not overlap, explains every answer, and yields the feed's transitions in their order. The search is
 * that of Wing and Gong, with visited states remembered; users are checked apart, since linearizability is local.
 */
final class LinearizabilityCheck {
    private final StoreSettings settings;
    private final List<Operation> operations;
    private final List<FeedEntry> feed;
    private final NavigableSet<Long> readings;
    private final UserModel.OnEqualStamps onEqualStamps;
    private final Set<String> visited = new HashSet<>();

    /**
     * @param operations at most 62 calls on one user
     * @param feed that user's transitions
     * @param readings every time that the store's clock has shown
     */
    LinearizabilityCheck(
            StoreSettings settings,
            List<Operation> operations,
            List<FeedEntry> feed,
            NavigableSet<Long> readings,
            UserModel.OnEqualStamps onEqualStamps) {
        this.settings = settings;
        this.operations = operations;
        this.feed = feed;
        this.readings = readings;
        this.onEqualStamps = onEqualStamps;
    }

    boolean passes() {
        return search(new UserModel(settings), 0, 0);
    }

    private boolean search(UserModel model, long done, int told) {
        if (done == (1L << operations.size()) - 1 && told == feed.size()) {
            return true;
        }
        if (!visited.add(done + "|" + told + "|" + model.fingerprint())) {
            return false;
        }
        return canClaim(model, done, told) || canCall(model, done, told);
    }

    /** A sweep may have claimed the user here, if the feed goes on with an offline and every beat had lapsed by then. */
    private boolean canClaim(UserModel model, long done, int told) {
        if (told == feed.size() || feed.get(told).presence() != Presence.OFFLINE) {
            return false;
        }
        UserModel claimed = model.copy();
        claimed.lapse(
                feed.get(told).atMillis(),
                settings.timeout().plus(settings.grace()).toMillis());
        return claimed.report().isPresent() && search(claimed, done, told + 1);
    }

    private boolean canCall(UserModel model, long done, int told) {
        long earliestReturn = Long.MAX_VALUE;
        for (int i = 0; i < operations.size(); i++) {
            if ((done & 1L << i) == 0) {
                earliestReturn =
                        Math.min(earliestReturn, operations.get(i).ticks().to());
            }
        }
        for (int i = 0; i < operations.size(); i++) {
            Operation next = operations.get(i);
            boolean mayBeNext = (done & 1L << i) == 0 && next.ticks().from() < earliestReturn;
            if (mayBeNext && canCall(model, next, done | 1L << i, told)) {
                return true;
            }
        }
        return false;
    }

    private boolean canCall(UserModel model, Operation operation, long done, int told) {
        UserStatus read = operation.read();
        if (read != null) {
            return explains(model, operation, read) && search(model, done, told);
        }
        Write write = operation.write();
        if (write == null) {
            throw new IllegalStateException("neither read nor write");
        }
        Operation.Span times = operation.times();
        Set<Long> stamps = new HashSet<>(readings.subSet(times.from(), true, times.to(), true));
        stamps.add(times.from());
        stamps.add(times.to());
        for (long stamp : stamps) {
            if (canWrite(model.copy(), write, stamp, operation, done, told)) {
                return true;
            }
            if (write.kind() == Write.Kind.END) {
                UserModel tidied = model.copy(); // a sweep may have been here before
                tidied.tidy(write.session(), stamp);
                if (canWrite(tidied, write, stamp, operation, done, told)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean explains(UserModel model, Operation operation, UserStatus read) {
        // The age tells by which time the answer was made.
        if (read.lastSeen().isPresent()) {
            long now = read.lastSeen().orElseThrow().toEpochMilli()
                    + read.age().orElseThrow().toMillis();
            boolean newer = now > operation.times().to(); // beaten while it was read: the age of zero hides the time
            return model.status(read.user(), newer ? operation.times().to() : now)
                    .equals(read);
        }
        return model.status(read.user(), operation.times().to()).equals(read);
    }

    private boolean canWrite(UserModel model, Write write, long stamp, Operation operation, long done, int told) {
        model.apply(write, stamp, stamp, onEqualStamps);
        Optional<Presence> transition = model.report();
        if (transition.isEmpty()) {
            return search(model, done, told);
        }
        if (told == feed.size()) {
            return false;
        }
        FeedEntry entry = feed.get(told);
        return entry.presence() == transition.get()
                && operation.times().contains(entry.atMillis())
                && search(model, done, told + 1);
    }
}
