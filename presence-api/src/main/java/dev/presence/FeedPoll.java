package dev.presence;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Has the feed looked at twice a second, for as long as that is wanted. Thread-safe. */
final class FeedPoll {
    private static final long POLL_MILLIS = 500;

    private final PresenceClock clock;
    private final BooleanSupplier wanted;
    private final Runnable look;
    private final AtomicBoolean polling = new AtomicBoolean();

    FeedPoll(PresenceClock clock, BooleanSupplier wanted, Runnable look) {
        this.clock = clock;
        this.wanted = wanted;
        this.look = look;
    }

    /** Begins, if it has not; to be called after it became wanted. */
    void start() {
        if (polling.compareAndSet(false, true)) {
            poll();
        }
    }

    private void poll() {
        clock.schedule(this::onPoll, POLL_MILLIS, POLL_MILLIS / 5);
    }

    private void onPoll() {
        if (!wanted.getAsBoolean()) {
            polling.set(false);
            if (wanted.getAsBoolean()) { // again since it was looked at, by one who may have found it polling still
                start();
            }
            return;
        }
        try {
            look.run();
        } finally {
            poll();
        }
    }
}
