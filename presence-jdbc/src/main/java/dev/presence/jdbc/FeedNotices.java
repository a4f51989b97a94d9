package dev.presence.jdbc;

import dev.presence.PresenceClock;
import dev.presence.PresenceStoreException;
import java.sql.PreparedStatement;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the nodes that listen on a channel of PostgreSQL that the feed grew: at once, but a few times a second at most, since a
 * commit with a notification keeps all others waiting. In a transaction of its own, so that none that writes is among them.
 * Thread-safe.
 */
final class FeedNotices {
    private static final Logger log = LoggerFactory.getLogger(FeedNotices.class);
    private static final long PAUSE_MILLIS = 100;

    private final Database database;
    private final PresenceClock clock;
    private final String channel;
    private final AtomicBoolean isPending = new AtomicBoolean();
    private volatile long nextMillis; // from when on one may be sent, by elapsed time

    FeedNotices(Database database, PresenceClock clock, String channel) {
        this.database = database;
        this.clock = clock;
        this.channel = channel;
        nextMillis = elapsedMillis();
    }

    /** Stays within the length of an identifier. */
    static String channel(Tables tables) {
        return "presence_" + Integer.toHexString(tables.feed().hashCode());
    }

    /** Sends word of it, on another thread. */
    void feedGrew() {
        if (isPending.compareAndSet(false, true)) {
            clock.schedule(this::sendQuietly, Math.max(0, nextMillis - elapsedMillis()), 0);
        }
    }

    private void sendQuietly() {
        nextMillis = elapsedMillis() + PAUSE_MILLIS;
        isPending.set(false);
        try {
            send("");
        } catch (PresenceStoreException e) {
            log.debug("Other nodes have to look for themselves", e);
        }
    }

    void send(String payload) {
        database.single("telling that the feed grew", connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
                statement.setString(1, channel);
                statement.setString(2, payload);
                return statement.execute();
            }
        });
    }

    private long elapsedMillis() {
        return Math.floorDiv(clock.nanos(), 1_000_000L);
    }
}
