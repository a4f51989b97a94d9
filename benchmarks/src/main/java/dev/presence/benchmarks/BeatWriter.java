package dev.presence.benchmarks;

import java.util.concurrent.atomic.LongAdder;

/**
 * A way to bring beats to a server, opened for one server and closed after use. Each thread has its own number and its own
 * part of the users.
 */
abstract class BeatWriter implements AutoCloseable {
    /**
     * What is written where.
     *
     * @param uri the server
     * @param users who beat, in order
     * @param threads how many write
     * @param depth how many beats are sent before the answers are waited for
     * @param timeoutSeconds when users lapse
     */
    record Job(String uri, BeatOrder users, int threads, int depth, int timeoutSeconds) {
        /** Where the part of a thread begins; that of the thread after the last is the end. */
        int firstOf(int thread) {
            return (int) ((long) users.size() * thread / threads);
        }
    }

    final Job job;
    private final LongAdder acknowledged = new LongAdder();

    BeatWriter(Job job) {
        this.job = job;
    }

    /** Has the users in some places beat once each; there are {@link Job#depth} of them at most. */
    abstract void write(int thread, int from, int to);

    /** How many beats the server has. */
    final long acknowledged() {
        return acknowledged.sum();
    }

    final void acknowledge(long beats) {
        acknowledged.add(beats);
    }

    String user(int place) {
        return TestIds.user(job.users.at(place));
    }

    String key(int place) {
        return keyOf(user(place));
    }

    static String keyOf(String user) {
        return "presence:user:" + user;
    }

    @Override
    public abstract void close();
}
