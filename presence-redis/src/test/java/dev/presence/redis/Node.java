package dev.presence.redis;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.HeartbeatTrackerBuilder;
import dev.presence.Presence;
import dev.presence.TrackerHealth;
import dev.presence.Transition;
import dev.presence.UserStatus;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** One host under test: a store, its tracker, and what its listener heard. */
final class Node implements AutoCloseable {
    final RedisPresenceStore store;
    final HeartbeatTracker tracker;
    private final Queue<Transition> heard = new ConcurrentLinkedQueue<>();

    private Node(RedisPresenceStore store, HeartbeatTracker tracker) {
        this.store = store;
        this.tracker = tracker;
        var unused = tracker.addListener(heard::add);
    }

    static Node of(RedisPresenceStore store, UnaryOperator<HeartbeatTrackerBuilder> settings) {
        HeartbeatTrackerBuilder builder = HeartbeatTracker.builder(store).closeTimeout(Duration.ofMillis(500));
        return new Node(store, settings.apply(builder).build());
    }

    /** Those who were heard of, in order and as often. */
    List<String> heard(Presence presence) {
        return heard.stream()
                .filter(transition -> transition.presence() == presence)
                .map(Transition::user)
                .toList();
    }

    /** Whether all were seen online within the last second, for certain. */
    boolean seesFresh(List<String> users) {
        return tracker.statuses(users).statuses().stream().allMatch(Node::isFresh);
    }

    private static boolean isFresh(UserStatus status) {
        return status.isOnline()
                && !status.isStale()
                && status.age().orElseThrow().toMillis() < 1_000;
    }

    /** Whether beats of all were recorded within the last second. */
    boolean hasRecorded(List<String> users) {
        return store.statuses(users).statuses().stream()
                .allMatch(status ->
                        status.isOnline() && status.age().orElseThrow().toMillis() < 1_000);
    }

    boolean isUp() {
        return tracker.health().state() == TrackerHealth.State.UP;
    }

    /** What the last failure of the running outage says, with its causes; empty if all is well. */
    String problem() {
        StringBuilder text = new StringBuilder();
        for (Throwable e = tracker.health().problem().orElse(null); e != null; e = e.getCause()) {
            text.append(e.getMessage()).append('\n');
        }
        return text.toString();
    }

    long count(Counter counter) {
        return tracker.stats().count(counter);
    }

    @Override
    public void close() {
        tracker.close();
        store.close();
    }
}
