package dev.presence.http;

import dev.presence.HeartbeatTracker;
import dev.presence.HeartbeatTrackerBuilder;
import dev.presence.ManualClock;
import dev.presence.PresenceStore;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.inmemory.CaffeinePresenceStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** What stands behind a servlet under test: a clock that stands still, a store and a tracker. */
final class Parts implements AutoCloseable {
    final ManualClock clock = ManualClock.create();
    /** What the store was asked for, where it stands behind an interface that shows it. */
    final List<List<?>> asked = new CopyOnWriteArrayList<>();

    final HeartbeatTracker tracker;
    private final CaffeinePresenceStore store;
    private volatile boolean down;

    private Parts(boolean behindInterface, UnaryOperator<HeartbeatTrackerBuilder> settings) {
        store = CaffeinePresenceStore.builder().clock(clock).build();
        tracker = settings.apply(HeartbeatTracker.builder(behindInterface ? distant() : store))
                .build();
    }

    static Parts create() {
        return new Parts(false, settings -> settings);
    }

    /** A store that takes no direct beats and that can be out of reach. */
    static Parts distantStore(UnaryOperator<HeartbeatTrackerBuilder> settings) {
        return new Parts(true, settings);
    }

    void storeIsDown() {
        down = true;
    }

    void storeIsBack() {
        down = false;
    }

    /** Callers say who they are in a header. */
    PresenceServletBuilder servlet() {
        return PresenceServlet.builder(tracker)
                .clock(clock)
                .caller(request -> Optional.ofNullable(request.getHeader("As")));
    }

    private PresenceStore distant() {
        return (PresenceStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {PresenceStore.class}, (proxy, method, arguments) -> {
                    if (down
                            && !method.getName().equals("settings")
                            && !method.getName().equals("clock")) {
                        throw new PresenceStoreUnavailableException("10.0.0.7 refused the connection");
                    }
                    if (method.getName().equals("statuses")) {
                        asked.add((List<?>) arguments[0]);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void close() {
        tracker.close();
        store.close();
    }
}
