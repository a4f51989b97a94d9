package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FlightTest {
    private static List<PendingUser> users(int count) {
        List<PendingUser> users = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            PendingUser user = new PendingUser();
            user.reset("user" + i);
            user.add(Write.Kind.BEAT, "", i);
            users.add(user);
        }
        return users;
    }

    private static Flight flight(int users, ToIntFunction<List<PendingUser>> record) {
        return new Flight(users(users), 10, record);
    }

    @Test
    void oneBatchIsOne() {
        assertThat(flight(0, batch -> 0).isOneBatch()).isTrue();
        assertThat(flight(10, batch -> 0).isOneBatch()).isTrue();
        assertThat(flight(11, batch -> 0).isOneBatch()).isFalse();
    }

    @Test
    void usersThatWereNotReachedAreAddedUp() {
        Flight flight = flight(25, batch -> batch.size() == 5 ? 3 : 1);
        flight.work();
        assertThat(flight.land()).isEqualTo(5);
    }

    @Test
    void whoComesAfterTheLandingFindsNothing() {
        List<Integer> taken = new ArrayList<>();
        Flight flight = flight(25, batch -> {
            taken.add(batch.size());
            return 0;
        });
        assertThat(flight.land()).isZero();
        flight.work();
        assertThat(taken).isEmpty();
    }

    @Test
    void nothingIsBegunAfterAFailure() {
        List<String> taken = new ArrayList<>();
        Flight flight = flight(25, batch -> {
            taken.add(batch.get(0).user());
            throw new PresenceStoreUnavailableException("down " + taken.size());
        });
        flight.work();
        flight.work();
        assertThatThrownBy(flight::land).hasMessage("down 1");
        assertThat(taken).containsExactly("user0");
    }

    @Test
    void errorIsThrownAsItIs() {
        Flight flight = flight(1, batch -> {
            throw new NoClassDefFoundError("driver");
        });
        flight.work();
        assertThatThrownBy(flight::land).isInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void landingWaitsForTheOthersHoweverOftenItIsInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Flight flight = flight(10, batch -> {
            begun.countDown();
            Threads.await(answer);
            return 7;
        });
        Thread helper = Threads.start(flight::work);
        Threads.await(begun);
        Queue<Object> landed = new ConcurrentLinkedQueue<>();
        Thread landing = Threads.start(() -> {
            landed.add(flight.land());
            landed.add(Thread.currentThread().isInterrupted());
        });
        Threads.letWait(landing);
        landing.interrupt();
        Threads.letWait(landing);
        assertThat(landed).isEmpty();
        answer.countDown();
        landing.join();
        helper.join();
        assertThat(landed).containsExactly(7, true);
    }

    @Test
    void manyThreadsTakeEachUserOnce() throws Exception {
        for (int round = 0; round < 200; round++) {
            Queue<String> taken = new ConcurrentLinkedQueue<>();
            Flight flight = flight(95, batch -> {
                batch.forEach(user -> taken.add(user.user()));
                return 1;
            });
            List<Thread> helpers = IntStream.range(0, 3)
                    .mapToObj(i -> Threads.start(flight::work))
                    .toList();
            flight.work();
            assertThat(flight.land()).isEqualTo(10);
            assertThat(taken).hasSize(95).doesNotHaveDuplicates();
            for (Thread helper : helpers) {
                helper.join();
            }
        }
    }
}
