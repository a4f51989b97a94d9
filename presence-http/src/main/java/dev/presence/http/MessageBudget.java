package dev.presence.http;

/** How much one client may say: so many messages at once, and as many again in a minute. Thread-safe. */
final class MessageBudget {
    private static final double MINUTE_NANOS = 60e9;

    private final int perMinute;
    private double left; // guarded by this, as is the next
    private long nanos;

    MessageBudget(int perMinute, long nanos) {
        this.perMinute = perMinute;
        this.nanos = nanos;
        left = perMinute;
    }

    /** Whether there was one left. */
    synchronized boolean take(long now) {
        left = Math.min(perMinute, left + perMinute * (now - nanos) / MINUTE_NANOS);
        nanos = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
