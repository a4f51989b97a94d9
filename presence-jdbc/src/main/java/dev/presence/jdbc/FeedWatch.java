package dev.presence.jdbc;

import dev.presence.PresenceClock;
import dev.presence.PresenceStoreException;
import dev.presence.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the database for the newest number a few times a second, and tells those who want to know when it has moved; sooner where
 * notifications arrive. Under a driven clock it does neither: there trackers read the feed with their sweeps. Thread-safe.
 */
final class FeedWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FeedWatch.class);
    private static final long PERIOD_MILLIS = 250;

    private final PresenceClock clock;
    private final boolean isDriven;
    private final FeedReader feed;
    private final List<Runnable> signals = new CopyOnWriteArrayList<>();
    private boolean running; // guarded by this
    private boolean closed; // guarded by this
    private boolean isStarted; // the listener; guarded by this
    private volatile long head;
    private @Nullable FeedListener listener; // guarded by this

    FeedWatch(PresenceClock clock, boolean isDriven, FeedReader feed) {
        this.clock = clock;
        this.isDriven = isDriven;
        this.feed = feed;
    }

    /** Has the listener tell those who want to know, once there is somebody. */
    synchronized void listen(DataSource source, String channel, FeedNotices notices) {
        listener = new FeedListener(source, channel, notices, this::tell);
    }

    /** Whether notifications arrive. */
    synchronized boolean isListening() {
        return listener != null && listener.isListening();
    }

    Subscription add(Runnable signal) {
        signals.add(signal);
        start();
        return () -> signals.remove(signal);
    }

    private synchronized void start() {
        if (!isDriven && !running && !closed) {
            running = true;
            if (listener != null && !isStarted) {
                isStarted = true;
                listener.start();
            }
            clock.schedule(this::look, PERIOD_MILLIS, PERIOD_MILLIS / 5);
        }
    }

    private void look() {
        try {
            long now = feed.head();
            if (now != head) {
                head = now;
                tell();
            }
        } catch (PresenceStoreException e) {
            log.debug("The feed cannot be looked at", e); // the trackers' own calls tell of it
        } finally {
            again();
        }
    }

    private void tell() {
        signals.forEach(Runnable::run);
    }

    private synchronized void again() {
        running = false;
        if (!signals.isEmpty()) {
            start();
        }
    }

    @Override
    public void close() {
        FeedListener started;
        synchronized (this) {
            closed = true;
            started = isStarted ? listener : null;
        }
        if (started != null) {
            started.close();
        }
    }
}
