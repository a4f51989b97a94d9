package dev.presence.http;

import dev.presence.HeartbeatTracker;
import dev.presence.PresenceClock;
import dev.presence.TrackerHealth;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the sockets of one endpoint share. Nobody tells an endpoint of its end, so it ends with the tracker. */
final class Sockets {
    private static final long TICK_MILLIS = 1_000;

    final Places places;
    final Failures failures = new Failures();
    private final Set<PresenceSocket> open = ConcurrentHashMap.newKeySet();
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

    /** From now on the socket is asked now and then whether its client is there. */
    void add(PresenceSocket socket) {
        open.add(socket);
    }

    void remove(PresenceSocket socket) {
        open.remove(socket);
    }

    private void tick() {
        clock.schedule(this::onTick, TICK_MILLIS, 0);
    }

    private void onTick() {
        if (tracker.health().state() == TrackerHealth.State.CLOSED) {
            clock.close();
            return;
        }
        try {
            long now = clock.nanos();
            open.forEach(socket -> socket.look(now));
        } finally {
            tick();
        }
    }
}
