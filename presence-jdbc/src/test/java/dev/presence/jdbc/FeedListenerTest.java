package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariDataSource;
import dev.presence.ManualClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** How a listener goes on where no notification arrives. */
class FeedListenerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HikariDataSource h2 = Pools.h2("listener");
    private final List<Long> attempts = new CopyOnWriteArrayList<>(); // at, in nanoseconds
    private final Logger logger = (Logger) LoggerFactory.getLogger(FeedListener.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void read() {
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void close() {
        logger.detachAppender(lines);
        h2.close();
    }

    private DataSource source(boolean isDead) {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    attempts.add(System.nanoTime());
                    if (isDead) {
                        throw new SQLTransientConnectionException("nobody there", "08001");
                    }
                    try {
                        return method.invoke(h2, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private FeedListener started(DataSource source) {
        Database database = new Database(h2, Duration.ofSeconds(5), Database.Singles.PLAIN);
        FeedNotices notices = new FeedNotices(database, ManualClock.create(), "channel");
        FeedListener listener = new FeedListener(source, "channel", notices, () -> {});
        listener.start();
        return listener;
    }

    private List<String> warnings() {
        return lines.list.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void attemptsInVainAreFewerAndFewerAndToldOnce() {
        FeedListener listener = started(source(true));
        try {
            await().atMost(PATIENCE).until(() -> attempts.size() >= 3);
            assertThat(Duration.ofNanos(attempts.get(2) - attempts.get(1))).isGreaterThan(Duration.ofMillis(1_900));
            assertThat(warnings()).singleElement().asString().contains("polled");
        } finally {
            listener.close();
        }
    }

    @Test
    void driverWithoutNotificationsIsNotAskedAgain() {
        FeedListener listener = started(source(false));
        try {
            await().atMost(PATIENCE).until(() -> !attempts.isEmpty() && !listener.isRunning());
            assertThat(attempts).hasSize(1);
            assertThat(warnings()).singleElement().asString().contains("driver");
        } finally {
            listener.close();
        }
    }
}
