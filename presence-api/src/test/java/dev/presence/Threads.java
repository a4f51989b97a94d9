package dev.presence;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Threads that are made to wait for each other. */
final class Threads {
    private static final Set<Thread.State> BUSY = EnumSet.of(Thread.State.NEW, Thread.State.RUNNABLE);

    private Threads() {}

    static Thread start(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Returns when the thread waits for something, or has ended. */
    static void letWait(Thread thread) {
        while (BUSY.contains(thread.getState())) {
            Thread.onSpinWait();
        }
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody came");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
