package dev.presence.http;

import dev.presence.HeartbeatTracker;
import java.util.List;
import java.util.UUID;
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
    private final VisibleRoster roster;
    private long number; // of events told; guarded by this, as are all below
    private @Nullable Reader reader;
    private long idleNanos; // since when nobody reads

    private Watch(String caller, List<String> ids, Outbox outbox, VisibleRoster roster) {
        this.caller = caller;
        this.ids = ids;
        this.outbox = outbox;
        this.roster = roster;
    }

    static Watch of(HeartbeatTracker tracker, String caller, List<String> ids, Visibility visibility) {
        Outbox outbox = new Outbox();
        VisibleRoster roster = new VisibleRoster(tracker, visibility, caller, outbox);
        try {
            roster.watch(ids, ids.size());
        } catch (RuntimeException | Error e) {
            roster.close();
            throw e;
        }
        return new Watch(caller, ids, outbox, roster);
    }

    /** Whether the caller may see the same users as when this began. */
    boolean isVisibleStill() {
        return roster.isVisibleStill();
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
