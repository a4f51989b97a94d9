package dev.presence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Presence;
import dev.presence.RosterListener;
import dev.presence.StatusBatch;
import dev.presence.Transition;
import dev.presence.UserStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a roster told, as text, and how its users are by that. Each turn has to be one. */
final class RecordingRoster implements RosterListener {
    final List<String> heard = new ArrayList<>();
    final List<StatusBatch> snapshots = new ArrayList<>();
    final Map<String, Presence> states = new HashMap<>();

    @Override
    public void onSnapshot(StatusBatch snapshot) {
        snapshots.add(snapshot);
        for (UserStatus status : snapshot.statuses()) {
            states.put(status.user(), status.presence());
            heard.add("[" + text(status.user(), status.presence()) + (status.isStale() ? " stale]" : "]"));
        }
    }

    @Override
    public void onTransition(Transition transition) {
        Presence before = states.put(transition.user(), transition.presence());
        assertThat(before).as("before %s", transition).isNotNull().isNotEqualTo(transition.presence());
        heard.add(text(transition.user(), transition.presence()));
    }

    private static String text(String user, Presence presence) {
        return user + " " + presence.name().toLowerCase(Locale.ROOT);
    }
}
