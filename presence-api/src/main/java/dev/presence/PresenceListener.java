package dev.presence;

/**
 * Hears transitions, one at a time.
 *
 * <p>For each user it hears online and offline in strict alternation. Calls to one listener never overlap; a listener
 * that is slow or throws delays nobody but itself. A listener that falls far behind is told the newest state of each
 * user instead of every step.
 */
@FunctionalInterface
public interface PresenceListener {
    /**
     * A user went online or offline.
     *
     * @param transition what happened
     */
    void onTransition(Transition transition);
}
