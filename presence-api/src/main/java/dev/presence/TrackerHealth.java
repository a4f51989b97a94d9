package dev.presence;

import java.time.Duration;
import java.util.Optional;

/**
 * How a tracker and its store get along.
 *
 * @param state the short answer
 * @param outage how long the store has failed to answer; zero while it does
 * @param problem the last failure of the running outage
 */
public record TrackerHealth(State state, Duration outage, Optional<Throwable> problem) {
    /** The short answer. */
    public enum State {
        /** The store answers. */
        UP,
        /** The store does not answer: beats wait in memory and are recorded, with their age, when it returns. */
        STORE_UNAVAILABLE,
        /** The tracker was closed. */
        CLOSED
    }
}
