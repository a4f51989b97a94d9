package dev.presence.benchmarks;

import dev.presence.PresenceListener;
import dev.presence.Transition;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A listener that keeps how many users it believes online. */
final class LatestHeard implements PresenceListener {
    private final AtomicLong online = new AtomicLong();

    @Override
    public void onTransition(Transition transition) {
        switch (transition.presence()) {
            case ONLINE -> online.incrementAndGet();
            case OFFLINE -> online.decrementAndGet();
        }
    }

    long online() {
        return online.get();
    }

    /** Waits for as long as it hears of somebody each minute. */
    void awaitOnline(long users) {
        long before = Long.MIN_VALUE;
        long deadline = 0;
        while (online.get() != users) {
            long now = System.nanoTime();
            if (online.get() != before) {
                before = online.get();
                deadline = now + 60_000_000_000L;
            } else if (now - deadline > 0) {
                throw new IllegalStateException(
                        "the listener believes " + before + " users online, for a minute now, not " + users);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
