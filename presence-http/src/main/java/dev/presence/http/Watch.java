package dev.presence.http;

import dev.presence.HeartbeatTracker;
import dev.presence.Roster;
import dev.presence.StatusBatch;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One caller's wish to be told of some users. It outlives the connection that it is told over by a while, so that another can go
 * on where that one ended. Thread-safe.
 */
final class Watch {
    /** Whoever tells the caller. */
    interface Reader {
        /** The reader's time is over. Must not block. */
        void end(String reason);
    }

    final String caller;
    final List<String> ids;
    final Outbox outbox;
    private final String key = UUID.randomUUID().toString();
    private final Roster roster;
    private long number; // of events told; guarded by this, as are all below
    private @Nullable Reader reader;
    private long idleNanos; // since when nobody reads

    private Watch(HeartbeatTracker tracker, String caller, List<String> ids, Set<String> visible) {
        this.caller = caller;
        this.ids = ids;
        Set<String> hidden = ids.stream().filter(id -> !visible.contains(id)).collect(Collectors.toUnmodifiableSet());
        outbox = new Outbox(ids, hidden);
        roster = tracker.subscribe(
                ids.stream().filter(id -> !hidden.contains(id)).toList(), outbox);
        if (roster.users().isEmpty()) {
            outbox.onSnapshot(new StatusBatch(tracker.statuses(List.of()).nowMillis(), List.of()));
        }
    }

    static Watch of(HeartbeatTracker tracker, String caller, List<String> asked, Visibility visibility) {
        List<String> ids = asked.stream().distinct().toList();
        return new Watch(tracker, caller, ids, visibility.visible(caller, Set.copyOf(ids)));
    }

    String key() {
        return key;
    }

    /** The place after everything that was told so far. */
    synchronized String place() {
        return key + "." + number;
    }

    /** Counts an event, and returns the place after it. */
    synchronized String next() {
        number++;
        return place();
    }

    /** Another reader takes over. */
    void readBy(Reader newReader) {
        Reader before;
        synchronized (this) {
            before = reader;
            reader = newReader;
        }
        outbox.onNews(() -> {});
        if (before != null) {
            before.end("another connection took over");
        }
    }

    /** The reader leaves, and may come back. */
    synchronized void leave(Reader leaving, long nanos) {
        if (reader == leaving) {
            reader = null;
            idleNanos = nanos;
        }
    }

    synchronized boolean isReadBy(Reader one) {
        return reader == one;
    }

    synchronized boolean isIdleFor(long nanos, long now) {
        return reader == null && now - idleNanos > nanos;
    }

    void close(String reason) {
        roster.close();
        Reader last;
        synchronized (this) {
            last = reader;
            reader = null;
        }
        if (last != null) {
            last.end(reason);
        }
    }
}
