package dev.presence.testkit;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.LocalView;
import dev.presence.ManualClock;
import dev.presence.Presence;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.Roster;
import dev.presence.StoreSettings;
import dev.presence.UserStatus;
import dev.presence.testkit.FaultyStore.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One random history of two trackers with views, each on a link of its own that fails now and then, and one without, whose link
 * holds. What the views say is held against what the store recorded: a status that is not stale is one that held within the
 * last two seconds, or three around a cut; after five seconds of a cut each is stale; five seconds after its end none is. A roster on each is told turns
 * that are turns, and in the end how its users are.
 */
final class ViewHistory {
    private static final long BEHIND = 2_000;
    private static final long UNMARKED = 3_000; // while a cut is not noticed, or heals
    private static final long NOTICED = 5_000;
    private static final int USERS = 8;
    private static final int STEPS = 250;

    private final Random random;
    private final ManualClock clock = ManualClock.create();
    private final WatchedStore store;
    private final HeartbeatTracker plain;
    private final List<Node> nodes;
    private final List<String> steps = new ArrayList<>();

    private final class Node {
        final String name;
        final FaultyStore link = new FaultyStore(store);
        final HeartbeatTracker tracker;
        final Map<String, Long> wrote = new HashMap<>(); // when it last wrote, or might have got it through
        long changed = clock.millis();
        Fault fault = Fault.NONE;
        final RecordingRoster told = new RecordingRoster();

        @Nullable
        Roster roster;

        Node(LocalView view) {
            name = view.name();
            tracker = HeartbeatTracker.builder(link)
                    .localView(view)
                    .maximumViewed(USERS - 1)
                    .build();
        }

        void turn(Fault next) {
            if ((next == Fault.NONE) != (fault == Fault.NONE)) {
                changed = clock.millis();
            }
            fault = next;
            link.fault(next);
        }

        void write(String user) {
            wrote.put(user, clock.millis());
            if (random.nextBoolean()) {
                tracker.heartbeat(user);
            } else {
                tracker.disconnect(user);
            }
        }

        void watch(String user) {
            try {
                Roster open = roster;
                if (open == null) {
                    roster = tracker.subscribe(List.of(user), told);
                } else {
                    open.watch(List.of(user));
                }
            } catch (PresenceStoreUnavailableException e) {
                require(fault != Fault.NONE, user, "not watched although the store can be reached");
            }
        }

        void unwatch(String user) {
            Roster open = roster;
            if (open != null) {
                open.unwatch(List.of(user));
                told.states.remove(user);
            }
        }

        /** After all has calmed down. */
        void checkRoster() {
            for (Map.Entry<String, Presence> one : told.states.entrySet()) {
                require(
                        store.wasWithin(0, one.getKey(), one.getValue()),
                        one.getKey(),
                        "is not what the roster was told last: " + one.getValue());
            }
            require(
                    tracker.stats().count(Counter.LISTENER_FAILURES) == 0,
                    "somebody",
                    "was told twice to be the same: " + told.heard);
        }

        void check(String user) {
            long since = clock.millis() - changed; // before the store lets time pass
            UserStatus status;
            try {
                status = tracker.status(user);
            } catch (PresenceStoreUnavailableException e) {
                require(fault != Fault.NONE, user, "no answer although the store can be reached");
                return;
            }
            if (fault == Fault.NONE && since > NOTICED) {
                require(!status.isStale(), user, "stale although the cut ended " + since + " ms ago");
            }
            if (fault != Fault.NONE && since > NOTICED) {
                require(status.isStale(), user, "not stale although cut off for " + since + " ms");
            }
            if (!status.isStale() && hasSettled(user)) {
                long bound = fault == Fault.NONE && since > NOTICED ? BEHIND : UNMARKED;
                require(store.wasWithin(bound, user, status.presence()), user, "was not so: " + status);
            }
        }

        /** Own writes show sooner than they are recorded; how much sooner is told by the rules' own tests. */
        private boolean hasSettled(String user) {
            long settled = Math.max(wrote.getOrDefault(user, 0L), wrote.containsKey(user) ? changed : 0) + NOTICED;
            return clock.millis() > settled && (fault == Fault.NONE || !wrote.containsKey(user));
        }

        private void require(boolean holds, String user, String what) {
            if (!holds) {
                throw new AssertionError(name + ", " + user + ": " + what + "\n" + String.join("\n", steps));
            }
        }
    }

    ViewHistory(long seed, BiFunction<StoreSettings, ManualClock, WatchedStore> open) {
        random = new Random(seed);
        StoreSettings settings = StoreSettings.defaults()
                .withTimeout(Duration.ofSeconds(6))
                .withGrace(Duration.ofSeconds(random.nextInt(3) * 4L));
        store = open.apply(settings, clock);
        plain = HeartbeatTracker.create(new FaultyStore(store));
        nodes = List.of(new Node(LocalView.ASKED), new Node(LocalView.EVERYONE));
        clock.advance(Duration.ofMillis(NOTICED + 1));
    }

    /** Throws what is wrong, and all that led to it. */
    void run() {
        try {
            for (int i = 0; i < STEPS; i++) {
                step(random.nextInt(100));
            }
            nodes.forEach(node -> node.turn(Fault.NONE));
            pass(60_000);
            nodes.forEach(Node::checkRoster);
        } finally {
            plain.close();
            nodes.forEach(node -> node.link.fault(Fault.NONE));
            nodes.forEach(node -> node.tracker.close());
        }
    }

    private void step(int what) {
        String user = "u" + random.nextInt(USERS);
        Node node = nodes.get(random.nextInt(nodes.size()));
        steps.add(clock.millis() % 10_000_000 + " " + what + " " + user + " " + node.name);
        if (what < 22) {
            node.check(user);
        } else if (what < 26) {
            node.watch(user);
        } else if (what < 28) {
            node.unwatch(user);
        } else if (what < 30) {
            store.beforeAnswer = () -> {
                plain.disconnect(user);
                plain.flush();
                pass(random.nextInt(1_500));
            };
            node.watch(user);
            store.beforeAnswer = () -> {};
        } else if (what < 45) {
            plain.heartbeat(user);
        } else if (what < 52) {
            plain.disconnect(user);
        } else if (what < 54) {
            plain.forget(user);
        } else if (what < 58) {
            node.write(user);
        } else if (what < 62) {
            Fault[] faults = Fault.values();
            node.turn(faults[random.nextInt(faults.length)]);
        } else if (what < 66) {
            node.turn(Fault.NONE);
        } else if (what < 68) {
            store.trim();
        } else if (what < 74) { // while an answer is on its way, the user turns and the feed is read
            store.beforeAnswer = () -> {
                plain.disconnect(user);
                plain.flush();
                pass(random.nextInt(1_500));
            };
            node.check(user);
            store.beforeAnswer = () -> {};
        } else {
            pass(random.nextInt(random.nextInt(8) == 0 ? 9_000 : 1_200));
        }
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }
}
