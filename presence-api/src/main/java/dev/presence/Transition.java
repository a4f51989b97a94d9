package dev.presence;

import java.time.Instant;
import java.util.Optional;

/**
 * A user went online or offline, as a listener hears of it.
 *
 * @param user who
 * @param presence what the user is now
 * @param at when the store recorded it, on the store clock
 * @param sequence its place in the event feed; empty when the tracker noticed the change by reading again after a gap in
 *     the feed
 * @param origin whether this node claimed it; exactly one node of the fleet hears {@link Origin#HERE}
 */
public record Transition(String user, Presence presence, Instant at, Optional<Sequence> sequence, Origin origin) {
    /** Which node claimed a transition. */
    public enum Origin {
        /** This node did: the place for work to be done once in the whole fleet. */
        HERE,
        /** Another node did, or it was found again after a gap. */
        ELSEWHERE
    }
}
