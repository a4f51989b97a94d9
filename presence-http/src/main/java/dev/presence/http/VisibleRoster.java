package dev.presence.http;

import dev.presence.HeartbeatTracker;
import dev.presence.Roster;
import dev.presence.StatusBatch;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Whom a caller watches. In place of a hidden user one is watched who does not exist, so that a hidden user looks like one nobody
 * has heard of, in timing and order too. Thread-safe.
 */
final class VisibleRoster implements AutoCloseable {
    private final HeartbeatTracker tracker;
    private final Visibility visibility;
    private final String caller;
    private final Outbox outbox;
    private final Roster roster;
    private final String nobody = UUID.randomUUID() + "-";
    private final Map<String, String> watched = new HashMap<>(); // by id, who is watched for it; guarded by this

    VisibleRoster(HeartbeatTracker tracker, Visibility visibility, String caller, Outbox outbox) {
        this.tracker = tracker;
        this.visibility = visibility;
        this.caller = caller;
        this.outbox = outbox;
        roster = tracker.subscribe(List.of(), outbox);
    }

    /** Adds users, if there are no more than so many then. */
    synchronized boolean watch(List<String> ids, int maximum) {
        Set<String> distinct = new LinkedHashSet<>(ids);
        distinct.removeAll(watched.keySet());
        if (watched.size() + distinct.size() > maximum) {
            return false;
        }
        if (distinct.isEmpty()) {
            outbox.onSnapshot(new StatusBatch(tracker.statuses(List.of()).nowMillis(), List.of()));
            return true;
        }
        Set<String> visible = visibility.visible(caller, Set.copyOf(distinct));
        Map<String, String> added = new HashMap<>();
        for (String id : distinct) {
            added.put(id, visible.contains(id) ? id : nobody + UUID.randomUUID());
        }
        outbox.name(added);
        try {
            roster.watch(distinct.stream().map(id -> added.getOrDefault(id, id)).toList());
        } catch (RuntimeException | Error e) {
            outbox.drop(List.copyOf(distinct));
            throw e;
        }
        watched.putAll(added);
        return true;
    }

    /** Whether the caller may see those, and only those, who were visible when they were added. */
    synchronized boolean isVisibleStill() {
        Set<String> visible = visibility.visible(caller, Set.copyOf(watched.keySet()));
        return watched.entrySet().stream()
                .allMatch(one -> visible.contains(one.getKey()) == one.getKey().equals(one.getValue()));
    }

    synchronized void unwatch(Collection<String> ids) {
        List<String> removed = ids.stream().filter(watched::containsKey).toList();
        roster.unwatch(removed.stream().map(id -> watched.getOrDefault(id, id)).toList());
        removed.forEach(watched::remove);
        outbox.drop(removed);
    }

    @Override
    public void close() {
        roster.close();
    }
}
