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

    void awaitOnline(long users) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (online.get() != users) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "the listener believes " + online + " users online after a minute, not " + users);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
