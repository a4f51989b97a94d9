package dev.presence.http;

import dev.presence.Presence;
import dev.presence.RosterListener;
import dev.presence.StatusBatch;
import dev.presence.Transition;
import dev.presence.UserStatus;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one reader has yet to be told. However slow the reader, it holds the newest of each user and no more. Thread-safe.
 */
final class Outbox implements RosterListener {
    /**
     * What is told at once.
     *
     * @param snapshot what comes first, if there is one
     * @param transitions what comes after it
     */
    record News(Optional<StatusBatch> snapshot, List<Transition> transitions) {
        /** How many events these are. */
        int size() {
            return (snapshot.isPresent() ? 1 : 0) + transitions.size();
        }
    }

    private final Map<String, String> names =
            new HashMap<>(); // by who is watched, for whom; guarded by this, as are all below
    private final Map<String, UserStatus> snapshot = new LinkedHashMap<>();
    private final Map<String, Transition> turns = new LinkedHashMap<>();
    private final Map<String, Presence> told = new HashMap<>();
    private boolean hasSnapshot;
    private long snapshotMillis;
    private Runnable onNews = () -> {};

    /** Tells of these by the ids they stand for: by id, who is watched. */
    synchronized void name(Map<String, String> watched) {
        watched.forEach((id, who) -> names.put(who, id));
    }

    /** These are not to be told of any more. */
    synchronized void drop(List<String> ids) {
        names.values().removeAll(ids);
        snapshot.keySet().removeAll(ids);
        turns.keySet().removeAll(ids);
        told.keySet().removeAll(ids);
    }

    /** Calls this, from now on, when there is something new; at once if there is. */
    void onNews(Runnable action) {
        synchronized (this) {
            onNews = action;
            if (isEmpty()) {
                return;
            }
        }
        action.run();
    }

    @Override
    public void onSnapshot(StatusBatch news) {
        Runnable action;
        synchronized (this) {
            hasSnapshot = true;
            snapshotMillis = news.nowMillis();
            for (UserStatus status : news.statuses()) {
                String id = names.get(status.user());
                if (id != null) {
                    snapshot.put(id, id.equals(status.user()) ? status : hidden(id, status));
                }
            }
            turns.keySet().removeAll(snapshot.keySet());
            action = onNews;
        }
        action.run();
    }

    @Override
    public void onTransition(Transition news) {
        Runnable action;
        synchronized (this) {
            String id = names.get(news.user());
            if (id == null) {
                return;
            }
            if (snapshot.containsKey(id)) {
                snapshot.put(id, UserStatus.of(id, news.presence()));
            } else {
                turns.remove(id);
                if (told.get(id) == news.presence()) {
                    return; // there and back before the reader came to it
                }
                turns.put(id, news);
            }
            action = onNews;
        }
        action.run();
    }

    private static UserStatus hidden(String id, UserStatus standIn) {
        UserStatus unknown = UserStatus.of(id, Presence.OFFLINE);
        return standIn.isStale() ? unknown.asStale() : unknown;
    }

    synchronized boolean isEmpty() {
        return !hasSnapshot && turns.isEmpty();
    }

    /** Takes all there is. */
    synchronized Optional<News> take() {
        if (isEmpty()) {
            return Optional.empty();
        }
        News news = new News(
                hasSnapshot
                        ? Optional.of(new StatusBatch(snapshotMillis, List.copyOf(snapshot.values())))
                        : Optional.empty(),
                List.copyOf(turns.values()));
        snapshot.values().forEach(status -> told.put(status.user(), status.presence()));
        turns.values().forEach(turn -> told.put(turn.user(), turn.presence()));
        snapshot.clear();
        turns.clear();
        hasSnapshot = false;
        return Optional.of(news);
    }
}
