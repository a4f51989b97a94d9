package dev.presence.http;

import dev.presence.HeartbeatTracker;
import dev.presence.PresenceClock;
import dev.presence.TrackerHealth;

/** What the sockets of one endpoint share. Nobody tells an endpoint of its end, so it ends with the tracker. */
final class Sockets {
    private static final long TICK_MILLIS = 1_000;

    final Places places;
    final Failures failures = new Failures();
    private final HeartbeatTracker tracker;
    private final PresenceClock clock;

    Sockets(PresenceSocketBuilder settings) {
        places = new Places(settings.maximumSockets, settings.maximumSocketsPerCaller);
        tracker = settings.tracker;
        clock = settings.clock.get();
        tick();
    }

    long nanos() {
        return clock.nanos();
    }

    private void tick() {
        clock.schedule(this::onTick, TICK_MILLIS, 0);
    }

    private void onTick() {
        if (tracker.health().state() == TrackerHealth.State.CLOSED) {
            clock.close();
        } else {
            tick();
        }
    }
}
