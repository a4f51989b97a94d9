package dev.presence.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what may fail with every request: the first at once, the rest at most once a minute and with their number. Thread-safe. */
final class Failures {
    private static final Logger log = LoggerFactory.getLogger(PresenceServlet.class);
    private static final long QUIET_NANOS = 60_000_000_000L;

    private boolean logged; // guarded by this, as are the next two
    private long loggedNanos;
    private long passedOver;

    void add(String what, Throwable failure, long nanos) {
        long before;
        synchronized (this) {
            if (logged && nanos - loggedNanos < QUIET_NANOS) {
                passedOver++;
                return;
            }
            before = passedOver;
            passedOver = 0;
            logged = true;
            loggedNanos = nanos;
        }
        if (before == 0) {
            log.error(what, failure);
        } else {
            log.error("{}; {} more failed since the last one here", what, before, failure);
        }
    }
}
