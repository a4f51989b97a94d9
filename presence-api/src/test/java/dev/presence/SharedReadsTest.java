package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SharedReadsTest {
    private final ScriptedStore store = new ScriptedStore();
    private final SharedReads reads = new SharedReads(store, 1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final Queue<Object> told = new ConcurrentLinkedQueue<>();

    /** The first question is answered when the test says so, the others as the test says. */
    private void firstWaits(Supplier<RuntimeException> others) {
        store.onStatuses = users -> {
            if (users.equals(List.of("first"))) {
                begun.countDown();
                Threads.await(answer);
            } else if (others.get() != null) {
                throw others.get();
            }
            return store.allOffline(users);
        };
    }

    private Thread read(String... users) {
        Thread thread = Threads.start(() -> {
            Throwable failure = catchThrowable(() -> told.add(users(reads.statuses(List.of(users)))));
            if (failure != null) {
                told.add(failure.getMessage());
            }
        });
        return thread;
    }

    private static List<String> users(StatusBatch batch) {
        return batch.statuses().stream().map(UserStatus::user).toList();
    }

    /** Reads that come, one after the other, while the first is under way. */
    private void readBehindTheFirst(List<String[]> later) throws InterruptedException {
        List<Thread> threads = new ArrayList<>(List.of(read("first")));
        Threads.await(begun);
        for (String[] users : later) {
            Thread thread = read(users);
            threads.add(thread);
            Threads.letWait(thread);
        }
        answer.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void whoIsAloneAsksAtOnce() {
        assertThat(users(reads.statuses(List.of("ada", "bob")))).containsExactly("ada", "bob");
        assertThat(users(reads.statuses(List.of("cy")))).containsExactly("cy");
        assertThat(store.asked).containsExactly(List.of("ada", "bob"), List.of("cy"));
    }

    @Test
    void whoComeMeanwhileShareTheNextQuestion() throws Exception {
        firstWaits(() -> null);
        readBehindTheFirst(
                List.of(new String[] {"ada", "bob"}, new String[] {"bob", "cy"}, new String[] {"dan", "ada"}));
        assertThat(store.asked).containsExactly(List.of("first"), List.of("ada", "bob", "cy", "dan"));
        assertThat(told)
                .containsExactlyInAnyOrder(
                        List.of("first"), List.of("ada", "bob"), List.of("bob", "cy"), List.of("dan", "ada"));
        assertThat(users(reads.statuses(List.of("eve")))).containsExactly("eve");
    }

    @Test
    void questionHasAThousandUsersAtMost() throws Exception {
        firstWaits(() -> null);
        readBehindTheFirst(IntStream.range(0, 5)
                .mapToObj(reader ->
                        IntStream.range(0, 400).mapToObj(i -> reader + "-" + i).toArray(String[]::new))
                .toList());
        assertThat(store.asked).extracting(List::size).containsExactly(1, 800, 800, 400);
    }

    @Test
    void eachAsksForItselfWhereTheQuestionOfAllFails() throws Exception {
        firstWaits(() -> store.asked.size() == 2 ? ScriptedStore.down() : null);
        readBehindTheFirst(List.of(new String[] {"ada"}, new String[] {"bob"}));
        assertThat(store.asked).hasSize(4).contains(List.of("ada", "bob"), List.of("ada"), List.of("bob"));
        assertThat(told).containsExactlyInAnyOrder(List.of("first"), List.of("ada"), List.of("bob"));
        assertThat(users(reads.statuses(List.of("eve")))).containsExactly("eve");
    }

    @Test
    void nobodyWaitsBehindAQuestionThatFailed() throws Exception {
        store.onStatuses = users -> {
            if (users.equals(List.of("first"))) {
                begun.countDown();
                Threads.await(answer);
            }
            throw ScriptedStore.down();
        };
        readBehindTheFirst(List.of(new String[] {"ada"}, new String[] {"bob"}));
        assertThat(store.asked).containsExactlyInAnyOrder(List.of("first"), List.of("ada"), List.of("bob"));
        assertThat(told).containsExactly("down", "down", "down");
        store.onStatuses = store::allOffline;
        assertThat(users(reads.statuses(List.of("eve")))).containsExactly("eve");
    }

    @Test
    void misuseIsToldToEveryoneAndHoldsUpNobody() throws Exception {
        firstWaits(() -> new IllegalStateException("closed"));
        readBehindTheFirst(List.of(new String[] {"ada"}, new String[] {"bob"}));
        assertThat(told).containsExactlyInAnyOrder(List.of("first"), "closed", "closed");
        store.onStatuses = store::allOffline;
        assertThat(users(reads.statuses(List.of("eve")))).containsExactly("eve");
    }

    @Test
    void manyReadersGetTheirOwnAndNoMoreAreUnderWayThanMayBe() throws Exception {
        Semaphore underWay = new Semaphore(2);
        store.onStatuses = users -> {
            assertThat(underWay.tryAcquire()).isTrue();
            StatusBatch batch = store.allOffline(users);
            Thread.onSpinWait();
            underWay.release();
            return batch;
        };
        SharedReads two = new SharedReads(store, 2);
        List<Thread> readers = new ArrayList<>();
        for (int reader = 0; reader < 8; reader++) {
            List<String> mine = List.of("user" + reader, "all", "user" + (reader + 1));
            readers.add(Threads.start(() -> {
                for (int i = 0; i < 2_000; i++) {
                    Throwable failure = catchThrowable(
                            () -> assertThat(users(two.statuses(mine))).isEqualTo(mine));
                    if (failure != null) {
                        told.add(failure);
                    }
                }
            }));
        }
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(told).isEmpty();
        assertThat(store.asked.size()).isLessThan(16_000);
        assertThat(underWay.availablePermits()).isEqualTo(2);
    }
}
