package dev.presence.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for notifications of PostgreSQL on a connection of its own, with a thread of its own, and takes another when it is lost,
 * after pauses that grow. A driver that has no notifications is not tried again.
 * Before it relies on one it sends itself a notification: through a pooler that lends a server for a transaction only, none
 * arrives. Thread-safe.
 */
final class FeedListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FeedListener.class);
    private static final int WAIT_MILLIS = 500;
    private static final int MOST_WAITS = 20; // then it is asked whether the connection still lives
    private static final int TRIAL_WAITS = 4;
    private static final int VALID_SECONDS = 5;
    private static final int FIRST_PAUSE_MILLIS = 1_000; // twice as long after each attempt in vain
    private static final int LONGEST_PAUSE_MILLIS = 300_000;

    private final DataSource source;
    private final String channel;
    private final FeedNotices notices;
    private final Runnable wake;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "presence-feed-listener");
    private int pauseMillis = FIRST_PAUSE_MILLIS; // of that thread alone
    private boolean isTold; // of that thread alone
    private volatile boolean isListening;

    FeedListener(DataSource source, String channel, FeedNotices notices, Runnable wake) {
        this.source = source;
        this.channel = channel;
        this.notices = notices;
        this.wake = wake;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether notifications arrive, as far as is known. */
    boolean isListening() {
        return isListening;
    }

    /** Whether it listens or will try to. */
    boolean isRunning() {
        return thread.isAlive();
    }

    private void run() {
        boolean isOpen = true;
        while (isOpen) {
            try (Connection connection = source.getConnection()) {
                if (!listen(connection)) {
                    tellOnce("none arrives, as behind a pooler of transactions", null);
                    pauseMillis = LONGEST_PAUSE_MILLIS;
                }
            } catch (SQLFeatureNotSupportedException e) {
                tellOnce("this driver has none", e);
                return;
            } catch (SQLException | RuntimeException e) {
                tellOnce("the connection failed", e);
            }
            isListening = false;
            isOpen = isOpenAfter(pauseMillis);
            pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
        }
    }

    /** Once until notifications arrive again. */
    private void tellOnce(String reason, @Nullable Exception e) {
        if (!isTold && closed.getCount() > 0) {
            isTold = true;
            log.warn("No notifications of the feed, which is polled instead: {}", reason, e);
        }
    }

    private boolean isOpenAfter(int millis) {
        try {
            return !closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false; // nobody but a host that ends does that
        }
    }

    /** Returns false if nothing arrives, else when this is closed. */
    private boolean listen(Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(true);
        try {
            Notifications notifications = Notifications.of(connection);
            execute(connection, "LISTEN " + channel);
            if (!arrives(notifications)) {
                return false;
            }
            isListening = true;
            isTold = false;
            pauseMillis = FIRST_PAUSE_MILLIS;
            wake.run(); // for what came before
            int waits = 0;
            while (closed.getCount() > 0) {
                if (!notifications.await(WAIT_MILLIS).isEmpty()) {
                    wake.run();
                    waits = 0;
                } else if (++waits >= MOST_WAITS) {
                    if (!connection.isValid(VALID_SECONDS)) {
                        throw new SQLException("the connection is lost");
                    }
                    waits = 0;
                }
            }
            return true;
        } finally {
            giveBack(connection, autoCommit);
        }
    }

    private boolean arrives(Notifications notifications) throws SQLException {
        String token = UUID.randomUUID().toString();
        notices.send(token);
        for (int i = 0; i < TRIAL_WAITS && closed.getCount() > 0; i++) {
            List<String> payloads = notifications.await(WAIT_MILLIS);
            if (payloads.contains(token)) {
                return true;
            }
        }
        return false;
    }

    private void giveBack(Connection connection, boolean autoCommit) {
        try {
            execute(connection, "UNLISTEN " + channel);
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            log.debug("The connection cannot be given back as it was", e); // it is broken, and its pool will find out
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(2L * WAIT_MILLIS); // so that the connection is back before its pool is closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
