package dev.presence;

/** Something that was asked for until further notice. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    /** Ends it. Idempotent. */
    @Override
    void close();
}
