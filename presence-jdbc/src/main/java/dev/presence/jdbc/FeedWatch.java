package dev.presence.jdbc;

import dev.presence.PresenceClock;
import dev.presence.PresenceStoreException;
import dev.presence.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the database for the newest number a few times a second, and tells those who want to know when it has moved. Under a driven
 * clock it does not: there trackers read the feed with their sweeps. Thread-safe.
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
    private volatile long head;

    FeedWatch(PresenceClock clock, boolean isDriven, FeedReader feed) {
        this.clock = clock;
        this.isDriven = isDriven;
        this.feed = feed;
    }

    Subscription add(Runnable signal) {
        signals.add(signal);
        start();
        return () -> signals.remove(signal);
    }

    private synchronized void start() {
        if (!isDriven && !running && !closed) {
            running = true;
            clock.schedule(this::look, PERIOD_MILLIS, PERIOD_MILLIS / 5);
        }
    }

    private void look() {
        try {
            long now = feed.head();
            if (now != head) {
                head = now;
                signals.forEach(Runnable::run);
            }
        } catch (PresenceStoreException e) {
            log.debug("The feed cannot be looked at", e); // the trackers' own calls tell of it
        } finally {
            again();
        }
    }

    private synchronized void again() {
        running = false;
        if (!signals.isEmpty()) {
            start();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
