package dev.presence.testkit;

import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.Presence;
import dev.presence.PresenceClock;
import dev.presence.StatusBatch;
import dev.presence.StoreSettings;
import dev.presence.UserStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A model of a store that remembers what was asked and when each user turned, and can trim its feed. */
class WatchedStore extends ModelStore {
    final List<List<String>> asked = new ArrayList<>();
    private final Map<String, List<Turn>> turns = new HashMap<>();
    private final PresenceClock watch;
    private int trimmed;
    Runnable beforeAnswer = () -> {};

    private record Turn(long nanos, Presence presence) {}

    WatchedStore(StoreSettings settings, PresenceClock clock) {
        super(settings, clock);
        watch = clock;
    }

    /** How many statuses were asked for. */
    int reads() {
        return asked.stream().mapToInt(List::size).sum();
    }

    /** The feed forgets all it has. */
    void trim() {
        trimmed = feed.size();
    }

    @Override
    void append(String id, Presence presence, long now, String node) {
        super.append(id, presence, now, node);
        turns.computeIfAbsent(id, user -> new ArrayList<>()).add(new Turn(watch.nanos(), presence));
    }

    /** Whether the user's last transition was to this at some time in the last so many milliseconds. */
    boolean wasWithin(long millis, String id, Presence presence) {
        long from = watch.nanos() - millis * 1_000_000;
        Presence before = Presence.OFFLINE;
        for (Turn turn : turns.getOrDefault(id, List.of())) {
            if (turn.nanos <= from) {
                before = turn.presence;
            } else if (turn.presence == presence) {
                return true;
            }
        }
        return before == presence;
    }

    @Override
    public synchronized StatusBatch statuses(List<String> users) {
        if (!users.isEmpty()) {
            asked.add(List.copyOf(users));
        }
        StatusBatch answer = super.statuses(users);
        if (!users.isEmpty()) {
            Runnable action = beforeAnswer;
            beforeAnswer = () -> {};
            action.run();
        }
        return new StatusBatch(
                answer.nowMillis(),
                answer.statuses().stream().map(this::answered).toList());
    }

    UserStatus answered(UserStatus status) {
        return status;
    }

    @Override
    public synchronized FeedPage feed(FeedPosition after, int limit) {
        FeedPage page = super.feed(after, limit);
        boolean missed = !after.last().isEmpty()
                && after.last().get(0).number() < trimmed
                && page.continuity() == FeedPage.Continuity.COMPLETE;
        return missed
                ? new FeedPage(
                        FeedPage.Continuity.TRIMMED,
                        List.of(),
                        super.feed(FeedPosition.END, 1).next())
                : page;
    }
}
