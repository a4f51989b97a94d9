package dev.presence;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one listener has yet to hear. Bounded: when it overflows, each user's steps fold to the newest, and to nothing where
 * the newest is what the listener was told last.
 */
final class Mailbox {
    private static final Logger log = LoggerFactory.getLogger(HeartbeatTracker.class);

    private final PresenceListener listener;
    private final PresenceClock clock;
    private final Counters counters;
    private final int capacity;
    private ArrayDeque<Transition> waiting = new ArrayDeque<>(); // guarded by this, as are all below
    private int foldAt;
    private boolean delivering;
    private boolean closed;
    private boolean hasFailed;

    Mailbox(PresenceListener listener, PresenceClock clock, Counters counters, int capacity) {
        this.listener = listener;
        this.clock = clock;
        this.counters = counters;
        this.capacity = capacity;
        this.foldAt = capacity;
    }

    synchronized void offer(Transition transition) {
        waiting.add(transition);
        if (waiting.size() > foldAt) {
            fold();
        }
        if (!delivering) {
            delivering = true;
            clock.schedule(this::deliver, 0, 0);
        }
    }

    synchronized void close() {
        closed = true;
        waiting.clear();
    }

    private void deliver() {
        for (Transition next = poll(); next != null; next = poll()) {
            try {
                listener.onTransition(next);
            } catch (Throwable e) { // some languages throw checked exceptions undeclared
                counters.increment(Counter.LISTENER_FAILURES);
                logOnce(e);
            }
        }
    }

    private synchronized @Nullable Transition poll() {
        Transition next = closed ? null : waiting.poll();
        delivering = next != null;
        return next;
    }

    private void logOnce(Throwable e) {
        synchronized (this) {
            if (hasFailed) {
                return;
            }
            hasFailed = true;
        }
        log.warn("A presence listener failed; further failures of it are counted, not logged", e);
    }

    private void fold() {
        // A user's first waiting step tells what the listener was told last: the opposite.
        Map<String, Transition> first = new LinkedHashMap<>();
        Map<String, Transition> newest = new LinkedHashMap<>();
        for (Transition transition : waiting) {
            first.putIfAbsent(transition.user(), transition);
            newest.remove(transition.user());
            newest.put(transition.user(), transition);
        }
        newest.values().removeIf(last -> {
            Transition earliest = first.get(last.user());
            return earliest != null && earliest.presence() != last.presence();
        });
        counters.add(Counter.FOLDED_TRANSITIONS, waiting.size() - newest.size());
        waiting = new ArrayDeque<>(newest.values());
        foldAt = Math.max(capacity, 2 * waiting.size());
    }
}
