package dev.presence;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the direction of many users' last transition from the store, in bounded batches. */
final class Snapshots {
    private static final int BATCH = 1_000;

    private final PresenceStore store;

    Snapshots(PresenceStore store) {
        this.store = store;
    }

    /** Everyone whose last transition was to online. */
    Set<String> online() {
        Set<String> online = new HashSet<>();
        String cursor = OnlinePage.START;
        do {
            OnlinePage page = store.online(cursor, BATCH);
            online.addAll(page.users());
            cursor = page.cursor();
        } while (!cursor.equals(OnlinePage.START));
        return online;
    }

    /** Those of these whose last transition was to online. */
    Set<String> onlineOf(List<String> users) {
        Set<String> online = new HashSet<>();
        for (int from = 0; from < users.size(); from += BATCH) {
            List<String> batch = users.subList(from, Math.min(users.size(), from + BATCH));
            for (UserStatus status : store.statuses(batch).statuses()) {
                if (lastTransition(status) == Presence.ONLINE) {
                    online.add(status.user());
                }
            }
        }
        return online;
    }

    /** What the user's last transition was to. */
    static Presence lastTransition(UserStatus status) {
        return status.isOnline() || status.isUnclaimed() ? Presence.ONLINE : Presence.OFFLINE;
    }
}
