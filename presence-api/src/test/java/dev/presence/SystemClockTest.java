package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SystemClockTest {
    private static final long DEADLINE_SECONDS = 10;

    private final PresenceClock clock = PresenceClock.system();

    @AfterEach
    void close() {
        clock.close();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits until a task of the same clock ran that was due a while later than all scheduled before. */
    private void waitBeyond(long millis) throws Exception {
        CompletableFuture<Long> ran = new CompletableFuture<>();
        clock.schedule(() -> ran.complete(clock.nanos()), millis, 0);
        get(ran);
    }

    @Test
    void tellsTheSystemsTime() {
        assertThat(clock.millis()).isCloseTo(System.currentTimeMillis(), within(5_000L));
        long before = System.nanoTime();
        long nanos = clock.nanos();
        assertThat(nanos - before).isNotNegative();
        assertThat(System.nanoTime() - nanos).isNotNegative();
    }

    @Test
    void wallTimeMovesOn() throws Exception {
        long before = clock.millis();
        waitBeyond(50);
        assertThat(clock.millis()).isGreaterThan(before);
    }

    @Test
    void taskWithoutDelayRunsOnADaemonThread() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        clock.schedule(() -> ran.complete(Thread.currentThread()), 0, 0);
        Thread thread = get(ran);
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("presence-worker-1");
    }

    @Test
    void delayedTaskRunsOnAWorkerAndNotBeforeItsTime() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        long start = System.nanoTime();
        clock.schedule(() -> ran.complete(Thread.currentThread()), 30, 0);
        assertThat(get(ran).getName()).startsWith("presence-worker-");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(30_000_000L);
    }

    @Test
    void slackDelaysByHalfOfItAtLeast() throws Exception {
        CompletableFuture<Long> ran = new CompletableFuture<>();
        long start = System.nanoTime();
        clock.schedule(() -> ran.complete(System.nanoTime()), 10, 60);
        assertThat(get(ran) - start).isGreaterThanOrEqualTo(40_000_000L);
    }

    @Test
    void slackOfOneMillisecondIsNone() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        clock.schedule(() -> ran.complete(Thread.currentThread()), 0, 1);
        assertThat(get(ran).isDaemon()).isTrue();
    }

    @Test
    void cancelledTaskDoesNotRun() throws Exception {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        PresenceClock.Timer timer = clock.schedule(() -> ran.complete(true), 40, 0);
        timer.cancel();
        waitBeyond(80);
        assertThat(ran).isNotDone();
    }

    @Test
    void immediateTaskCanBeCancelledInVain() {
        clock.schedule(() -> {}, 0, 0).cancel();
    }

    @Test
    void taskThatBlocksDelaysNoOther() throws Exception {
        CompletableFuture<Boolean> release = new CompletableFuture<>();
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        clock.schedule(() -> released.complete(release.join()), 1, 0);
        waitBeyond(20);
        assertThat(released).isNotDone();
        release.complete(true);
        assertThat(get(released)).isTrue();
    }

    @Test
    void taskThatFailsIsLogged() throws Exception {
        try (LogCapture log = new LogCapture(PresenceClock.class)) {
            CompletableFuture<Boolean> thrown = new CompletableFuture<>();
            clock.schedule(
                    () -> {
                        thrown.complete(true);
                        throw new IllegalStateException("a bug");
                    },
                    0,
                    0);
            get(thrown);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
            while (log.lines().isEmpty() && System.nanoTime() < deadline) {
                waitBeyond(1);
            }
            assertThat(log.lines())
                    .containsExactly("ERROR A background task of the presence library failed; it will be tried again");
        }
    }

    @Test
    void closedClockDropsTasksSilently() throws Exception {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        clock.schedule(() -> ran.complete(true), 40, 0);
        clock.close();
        clock.close();
        clock.schedule(() -> ran.complete(true), 0, 0).cancel();
        clock.schedule(() -> ran.complete(true), 1, 0).cancel();
        PresenceClock other = PresenceClock.system();
        try {
            CompletableFuture<Boolean> later = new CompletableFuture<>();
            other.schedule(() -> later.complete(true), 80, 0);
            get(later);
        } finally {
            other.close();
        }
        assertThat(ran).isNotDone();
    }
}
