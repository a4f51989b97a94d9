package dev.presence.demo;

import dev.presence.HeartbeatTracker;
import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** People who come and go, so that there is something to see. */
final class Simulation implements AutoCloseable {
    private static final long TICK_MILLIS = 100;
    private static final double HERE_AT_FIRST = 0.6;
    private static final double MEAN_AGE_MILLIS = Duration.ofMinutes(50).toMillis();

    private final List<SimulatedUser> users;
    private final PresenceClock clock = PresenceClock.system();

    private Simulation(List<SimulatedUser> users) {
        this.users = users;
    }

    /**
     * Starts with some of them online, and the others last seen a while ago.
     *
     * @param tracker whom they beat to; the caller closes it after this
     * @param store where it keeps them
     * @param names who they are; nobody is fine
     */
    static Simulation start(HeartbeatTracker tracker, PresenceStore store, List<String> names) {
        Random random = new Random();
        Duration timeout = store.settings().timeout();
        Simulation simulation = new Simulation(names.stream()
                .map(name -> new SimulatedUser(name, tracker, timeout, random))
                .toList());
        long now = simulation.clock.nanos();
        List<Write> past = new ArrayList<>();
        for (SimulatedUser user : simulation.users) {
            boolean here = random.nextDouble() < HERE_AT_FIRST;
            user.begin(now, here);
            if (!here) {
                long age = timeout.toMillis() + (long) (-Math.log(1 - random.nextDouble()) * MEAN_AGE_MILLIS);
                past.add(Write.beat(user.name(), "past", age));
                past.add(Write.end(user.name(), "past", age));
            }
        }
        if (!names.isEmpty()) {
            store.record(new WriteBatch("simulation", store.statuses(List.of()).nowMillis(), past));
            simulation.tick();
        }
        return simulation;
    }

    /** What to say of it. */
    String welcome() {
        return users.isEmpty() ? "" : users.size() + " simulated users come and go; --simulated=0 takes them away.\n";
    }

    private void tick() {
        long now = clock.nanos();
        users.forEach(user -> user.act(now));
        var unused = clock.schedule(this::tick, TICK_MILLIS, 0);
    }

    @Override
    public void close() {
        clock.close();
    }
}
