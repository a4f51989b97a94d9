package dev.presence.testkit;

import dev.presence.PresenceListener;
import dev.presence.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A listener that remembers what it heard. Thread-safe. */
public final class RecordingListener implements PresenceListener {
    private final List<Transition> transitions = new ArrayList<>(); // guarded by this

    /** A listener that has heard nothing yet. */
    public RecordingListener() {}

    @Override
    public synchronized void onTransition(Transition transition) {
        transitions.add(transition);
    }

    /**
     * All it heard so far, in order.
     *
     * @return a copy
     */
    public synchronized List<Transition> transitions() {
        return List.copyOf(transitions);
    }

    /**
     * All it heard so far as text, such as {@code "ada online"}.
     *
     * @return a copy
     */
    public List<String> heard() {
        return transitions().stream()
                .map(transition ->
                        transition.user() + " " + transition.presence().name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
