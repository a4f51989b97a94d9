package dev.presence.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged from here on. */
final class LogLines implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger(PresenceServlet.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    LogLines(Level level) {
        appender.list = new CopyOnWriteArrayList<>(); // threads of the container write while it is read
        appender.start();
        logger.setLevel(level);
        logger.addAppender(appender);
    }

    List<ILoggingEvent> events() {
        return appender.list;
    }

    List<String> messages() {
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** Waits until so many lines say this. */
    void await(String message, int times) {
        await(message, times, Thread::onSpinWait);
    }

    /** The same, with something done again and again until they do. */
    void await(String message, int times, Runnable meanwhile) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (messages().stream().filter(message::equals).count() < times) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no " + times + " lines say " + message + ": " + messages());
            }
            meanwhile.run();
        }
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }
}
