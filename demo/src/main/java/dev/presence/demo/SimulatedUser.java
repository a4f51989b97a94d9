package dev.presence.demo;

import dev.presence.HeartbeatTracker;
import java.time.Duration;
import java.util.Random;

/** Somebody who comes, beats for a while, and goes: every other time with a disconnect, every other time without a word. */
final class SimulatedUser {
    private static final double MEAN_STAY = seconds(90);
    private static final double MEAN_AWAY = seconds(60);
    private static final double WAVE = seconds(150); // how long it takes from one high of the crowd to the next
    private static final String SESSION = "simulated";

    private final String name;
    private final HeartbeatTracker tracker;
    private final long timeoutNanos;
    private final Random random;
    private boolean isHere;
    private long turnNanos; // when to come or go
    private long beatNanos; // when to beat next, if here

    SimulatedUser(String name, HeartbeatTracker tracker, Duration timeout, Random random) {
        this.name = name;
        this.tracker = tracker;
        this.timeoutNanos = timeout.toNanos();
        this.random = random;
    }

    String name() {
        return name;
    }

    /** Begins as somebody who is there, or is not. */
    void begin(long now, boolean here) {
        isHere = here;
        turnNanos = now + about(here ? MEAN_STAY : MEAN_AWAY);
        beatNanos = now;
    }

    /** Does what is due. */
    void act(long now) {
        if (now - turnNanos >= 0) {
            turn(now);
        }
        if (isHere && now - beatNanos >= 0) {
            tracker.heartbeat(name, SESSION);
            beatNanos = now + tracker.nextHeartbeat().toNanos();
        }
    }

    private void turn(long now) {
        isHere = !isHere;
        if (isHere) {
            turnNanos = now + about(MEAN_STAY);
            beatNanos = now;
            return;
        }
        double wave = 1 + 0.6 * Math.sin(2 * Math.PI * (now % WAVE) / WAVE);
        turnNanos = now + about(MEAN_AWAY * wave);
        if (random.nextBoolean()) {
            tracker.disconnect(name, SESSION);
        } else {
            turnNanos += timeoutNanos; // so long it takes until anybody notices
        }
    }

    /** Short times are likelier than long ones, as with people. */
    private long about(double mean) {
        return (long) (-Math.log(1 - random.nextDouble()) * mean);
    }

    private static double seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
