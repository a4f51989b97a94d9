package dev.presence;

/** The two answers presence knows: what a user is, and what a {@link Transition} turned them into. */
public enum Presence {
    /** At least one session beat no longer than the timeout ago. */
    ONLINE,
    /** No session did; also said of users nobody has heard of. */
    OFFLINE
}
