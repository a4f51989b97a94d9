package dev.presence.http;

import dev.presence.HeartbeatTracker;
import dev.presence.PresenceClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** All watches of one servlet: bounded in all and per caller, and let go when nobody has read them for a while. */
final class Watches implements AutoCloseable {
    static final long IDLE_NANOS = 60_000_000_000L;
    private static final long LEFT_NANOS = 5_000_000_000L; // longer than a client takes from one poll to the next
    private static final long TICK_MILLIS = 1_000;

    private final HeartbeatTracker tracker;
    private final Visibility visibility;
    private final PresenceClock clock;
    private final DoubleSupplier chance;
    private final Places places;
    private final Map<String, Watch> watches = new ConcurrentHashMap<>();
    private final Set<Runnable> ticks = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Watches(PresenceServletBuilder settings, PresenceClock clock) {
        tracker = settings.tracker;
        visibility = settings.visibility;
        places = new Places(settings.maximumStreams, settings.maximumStreamsPerCaller);
        this.clock = clock;
        chance = settings.chance;
        tick();
    }

    PresenceClock clock() {
        return clock;
    }

    /** A wait a tenth shorter or longer at most, so that those who came together do not come back together for ever. */
    long about(long nanos) {
        return (long) (nanos * (0.9 + 0.2 * chance.getAsDouble()));
    }

    /** A watch that goes on where another ended, if it still can; else a new one. */
    Watch obtain(String caller, List<String> asked, Optional<String> place) {
        Watch former = place.map(Watches::key).map(watches::get).orElse(null);
        if (former != null && former.caller.equals(caller)) {
            if (former.ids.equals(asked)
                    && former.isVisibleStill()
                    && former.handOver(place.orElse(""), clock.nanos())) {
                return former;
            }
            remove(former, "a newer connection took over");
        }
        return open(caller, asked);
    }

    private static String key(String place) {
        return place.substring(0, Math.max(0, place.lastIndexOf('.')));
    }

    private Watch open(String caller, List<String> ids) {
        if (!places.take(caller) && !(isOneLeft(caller) && places.take(caller))) {
            throw Problem.tooManyRequests(Duration.ofSeconds(5));
        }
        try {
            Watch watch = Watch.of(tracker, caller, ids, visibility, clock.nanos());
            watches.put(watch.key(), watch);
            return watch;
        } catch (RuntimeException | Error e) {
            places.giveBack(caller);
            throw e;
        }
    }

    /** Whether the caller had a watch that nobody reads, which is then gone: the one that was left longest ago. */
    private boolean isOneLeft(String caller) {
        long now = clock.nanos();
        Optional<Watch> left = watches.values().stream()
                .filter(watch -> watch.caller.equals(caller) && watch.leftFor(now) >= LEFT_NANOS)
                .max(Comparator.comparingLong(watch -> watch.leftFor(now)))
                .filter(watch -> watch.isOverAfter(LEFT_NANOS - 1, now));
        left.ifPresent(watch -> remove(watch, "a newer one has its place"));
        return left.isPresent();
    }

    void remove(Watch watch, String reason) {
        if (watches.remove(watch.key(), watch)) {
            places.giveBack(watch.caller);
            watch.close(reason);
        }
    }

    /** Runs an action once a second until it is taken back. */
    void everySecond(Runnable action) {
        ticks.add(action);
    }

    void noMore(Runnable action) {
        ticks.remove(action);
    }

    private void tick() {
        if (!closed) {
            clock.schedule(this::onTick, TICK_MILLIS, 0);
        }
    }

    private void onTick() {
        try {
            ticks.forEach(Runnable::run);
            long now = clock.nanos();
            for (Watch watch : watches.values()) {
                if (watch.isOverAfter(IDLE_NANOS, now)) {
                    remove(watch, "nobody reads");
                }
            }
        } finally {
            tick();
        }
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(watches.values()).forEach(watch -> remove(watch, "presence is shutting down"));
        clock.close();
    }
}
