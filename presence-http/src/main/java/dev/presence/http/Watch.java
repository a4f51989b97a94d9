package dev.presence.http;

import dev.presence.HeartbeatTracker;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One caller's wish to be told of some users. It outlives the connection that it is told over by a while, so that another can go
 * on where that one ended. Thread-safe.
 */
final class Watch {
    /** Whoever tells the caller. */
    interface Reader {
        /** There may be something new to take. */
        void onNews();

        /** The reader's time is over. Must not block. */
        void end(String reason);
    }

    /**
     * What a reader has to tell.
     *
     * @param news what is new, one event or more
     * @param before the number of the last event before them
     */
    record Told(Outbox.News news, long before) {}

    final String caller;
    final List<String> ids;
    final Outbox outbox;
    private final String key = UUID.randomUUID().toString();
    private final VisibleRoster roster;
    private long number; // of events told; guarded by this, as are all below
    private @Nullable Reader reader;
    private boolean closed;
    private boolean promised; // to one who has yet to read
    private long idleNanos; // since when nobody reads

    private Watch(String caller, List<String> ids, Outbox outbox, VisibleRoster roster, long nanos) {
        this.caller = caller;
        this.ids = ids;
        this.outbox = outbox;
        this.roster = roster;
        idleNanos = nanos;
        outbox.onNews(this::onNews);
    }

    static Watch of(HeartbeatTracker tracker, String caller, List<String> ids, Visibility visibility, long nanos) {
        Outbox outbox = new Outbox();
        VisibleRoster roster = new VisibleRoster(tracker, visibility, caller, outbox);
        try {
            roster.watch(ids, ids.size());
        } catch (RuntimeException | Error e) {
            roster.close();
            throw e;
        }
        return new Watch(caller, ids, outbox, roster, nanos);
    }

    /** Whether the caller may see the same users as when this began. */
    boolean isVisibleStill() {
        return roster.isVisibleStill();
    }

    String key() {
        return key;
    }

    /** The place after the event of this number. */
    String place(long event) {
        return key + "." + event;
    }

    /**
     * Lets another connection go on after the event that ended the last one: from now on nobody takes any news until that connection
     * reads. False if events were told after that place, another was promised it, or the watch is gone.
     */
    boolean handOver(String place, long nanos) {
        Reader before;
        synchronized (this) {
            if (closed || promised || !place(number).equals(place)) {
                return false;
            }
            promised = true;
            before = reader;
            reader = null;
            idleNanos = nanos;
        }
        end(before, "another connection took over");
        return true;
    }

    /** Another reader takes over; it is told at once of what is new, or of its end where the watch is gone. */
    void readBy(Reader newReader) {
        Reader before;
        synchronized (this) {
            promised = false;
            before = closed ? newReader : reader;
            reader = closed ? null : newReader;
        }
        end(before, "another connection took over");
        onNews();
    }

    private void onNews() {
        Reader told;
        synchronized (this) {
            told = reader;
        }
        if (told != null) {
            told.onNews();
        }
    }

    private static void end(@Nullable Reader reader, String reason) {
        if (reader != null) {
            reader.end(reason);
        }
    }

    /** What is new, for the one who reads now and nobody else; each event of it counts. */
    synchronized Optional<Told> take(Reader by) {
        if (reader != by) {
            return Optional.empty();
        }
        long before = number;
        Optional<Outbox.News> news = outbox.take();
        news.ifPresent(taken -> number += taken.size());
        return news.map(taken -> new Told(taken, before));
    }

    /** The place of a reader that had nothing to tell, which is a new one if it is still the one who reads. */
    synchronized String pass(Reader by) {
        if (reader == by) {
            number++;
        }
        return place(number);
    }

    /** The reader leaves, and may come back. */
    synchronized void leave(Reader leaving, long nanos) {
        if (reader == leaving) {
            reader = null;
            idleNanos = nanos;
        }
    }

    /** For how long nobody has read. */
    synchronized long leftFor(long now) {
        return reader == null ? now - idleNanos : 0;
    }

    /** Whether nobody has read for longer than this; if so, nobody will. */
    synchronized boolean isOverAfter(long idle, long now) {
        if (reader == null && now - idleNanos > idle) {
            closed = true;
        }
        return closed;
    }

    void close(String reason) {
        roster.close();
        Reader last;
        synchronized (this) {
            closed = true;
            last = reader;
            reader = null;
        }
        end(last, reason);
    }
}
