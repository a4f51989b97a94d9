package dev.presence.servers;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for servers, with one deadline for all that is waited for. */
final class Poll {
    /** Some ten times what the slowest wait takes on an idle machine. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Duration INTERVAL = Duration.ofMillis(5);

    private Poll() {}

    /**
     * Returns when the condition holds. A refusal or a lost connection means that it does not hold yet; what else the condition
     * throws ends the wait.
     *
     * @throws IllegalStateException with the complaint at the deadline, or if the thread is interrupted
     */
    static void until(BooleanSupplier condition, Supplier<String> complaint) {
        long start = System.nanoTime();
        while (true) {
            RuntimeException trouble = null;
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
            } catch (UncheckedIOException | RedisRefusal e) {
                trouble = e;
            }
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new IllegalStateException(complaint.get() + " within " + LIMIT.toSeconds() + " s", trouble);
            }
            sleep();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(INTERVAL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a server", e);
        }
    }
}
