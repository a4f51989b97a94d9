package dev.presence.http;

import dev.presence.HeartbeatTracker;
import dev.presence.Presence;
import dev.presence.StatusBatch;
import dev.presence.UserStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Reads what a caller may see. In place of a hidden user the tracker is asked for one who does not exist, and that answer is
 * given with the hidden user's id: alike in time and, in an outage, in staleness.
 */
final class VisibleStatuses {
    private final HeartbeatTracker tracker;
    private final Visibility visibility;
    private final String nobody = UUID.randomUUID() + "-";

    VisibleStatuses(HeartbeatTracker tracker, Visibility visibility) {
        this.tracker = tracker;
        this.visibility = visibility;
    }

    StatusBatch read(String caller, List<String> users) {
        Set<String> distinct = Collections.unmodifiableSet(new LinkedHashSet<>(users));
        Set<String> visible = visibility.visible(caller, distinct);
        Map<String, String> standIns = new HashMap<>();
        for (String user : distinct) {
            if (!visible.contains(user)) {
                standIns.put(user, nobody + standIns.size());
            }
        }
        if (standIns.isEmpty()) {
            return tracker.statuses(users);
        }
        StatusBatch batch = tracker.statuses(
                users.stream().map(user -> standIns.getOrDefault(user, user)).toList());
        List<UserStatus> shown = new ArrayList<>(users.size());
        for (int i = 0; i < users.size(); i++) {
            String user = users.get(i);
            UserStatus status = batch.statuses().get(i);
            shown.add(standIns.containsKey(user) ? unknown(user, status) : status);
        }
        return new StatusBatch(batch.nowMillis(), shown);
    }

    private static UserStatus unknown(String user, UserStatus standIn) {
        UserStatus status = UserStatus.of(user, Presence.OFFLINE);
        return standIn.isStale() ? status.asStale() : status;
    }
}
