package dev.presence.testkit;

import dev.presence.UserStatus;
import dev.presence.Write;
import org.jspecify.annotations.Nullable;

/**
 * One call of a concurrent history, and what came of it.
 *
 * @param write what was written, or null if it was a read
 * @param read what was read, or null if it was a write
 * @param ticks when it was called and when it returned, in the order of all calls
 * @param times the store's time before and after
 */
record Operation(@Nullable Write write, @Nullable UserStatus read, Span ticks, Span times) {
    /** A stretch from a number to another, both included. */
    record Span(long from, long to) {
        boolean contains(long value) {
            return from <= value && value <= to;
        }
    }

    String user() {
        return write != null ? write.user() : read != null ? read.user() : "";
    }

    @Override
    public String toString() {
        return (write != null ? write.kind() + " " + write.session() : "read " + read) + " called " + ticks.from
                + " returned " + ticks.to + " at " + times.from + ".." + times.to;
    }
}
