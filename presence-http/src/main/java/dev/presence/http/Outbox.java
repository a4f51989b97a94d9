package dev.presence.http;

import dev.presence.Presence;
import dev.presence.RosterListener;
import dev.presence.StatusBatch;
import dev.presence.Transition;
import dev.presence.UserStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one reader has yet to be told. However slow the reader, it holds the newest of each user and no more. Hidden users stand
 * in each snapshot as if nobody had heard of them. Thread-safe.
 */
final class Outbox implements RosterListener {
    /**
     * What is told at once.
     *
     * @param snapshot what comes first, if there is one
     * @param transitions what comes after it
     */
    record News(Optional<StatusBatch> snapshot, List<Transition> transitions) {}

    private final List<String> ids; // distinct, in asked order
    private final Set<String> hidden;
    private final Map<String, UserStatus> snapshot = new HashMap<>(); // guarded by this, as are all below
    private final Map<String, Transition> turns = new LinkedHashMap<>();
    private final Map<String, Presence> told = new HashMap<>();
    private boolean hasSnapshot;
    private long snapshotMillis;
    private Runnable onNews = () -> {};

    Outbox(List<String> ids, Set<String> hidden) {
        this.ids = ids;
        this.hidden = hidden;
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
            news.statuses().forEach(status -> snapshot.put(status.user(), status));
            turns.keySet().removeAll(snapshot.keySet());
            action = onNews;
        }
        action.run();
    }

    @Override
    public void onTransition(Transition news) {
        Runnable action;
        synchronized (this) {
            if (snapshot.containsKey(news.user())) {
                snapshot.put(news.user(), UserStatus.of(news.user(), news.presence()));
            } else {
                turns.remove(news.user());
                if (told.get(news.user()) == news.presence()) {
                    return; // there and back before the reader came to it
                }
                turns.put(news.user(), news);
            }
            action = onNews;
        }
        action.run();
    }

    synchronized boolean isEmpty() {
        return !hasSnapshot && turns.isEmpty();
    }

    /** Takes all there is. */
    synchronized Optional<News> take() {
        if (isEmpty()) {
            return Optional.empty();
        }
        News news = new News(hasSnapshot ? Optional.of(batch()) : Optional.empty(), List.copyOf(turns.values()));
        snapshot.values().forEach(status -> told.put(status.user(), status.presence()));
        turns.values().forEach(turn -> told.put(turn.user(), turn.presence()));
        snapshot.clear();
        turns.clear();
        hasSnapshot = false;
        return Optional.of(news);
    }

    private StatusBatch batch() {
        List<UserStatus> statuses = new ArrayList<>(ids.size());
        for (String id : ids) {
            UserStatus status = snapshot.get(id);
            if (status != null) {
                statuses.add(status);
            } else if (hidden.contains(id)) {
                statuses.add(UserStatus.of(id, Presence.OFFLINE));
            }
        }
        return new StatusBatch(snapshotMillis, statuses);
    }
}
