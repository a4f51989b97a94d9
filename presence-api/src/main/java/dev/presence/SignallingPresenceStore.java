package dev.presence;

/** A store that says when its feed has grown, so that trackers need not poll it. */
public interface SignallingPresenceStore extends PresenceStore {
    /**
     * Has a signal called soon after the feed grew. Signals may be folded or come without cause, and must return at once.
     *
     * @param signal what to call
     * @return closes the subscription
     */
    Subscription onFeed(Runnable signal);
}
