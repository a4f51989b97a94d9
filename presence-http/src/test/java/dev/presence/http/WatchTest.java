package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Counter;
import dev.presence.Presence;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is told by a watch when connections take over from each other. */
final class WatchTest {
    private static final int ROUNDS = 2_000;

    private final Parts parts = Parts.create();
    private final Watch watch =
            Watch.of(parts.tracker, "eve", List.of("ada"), Visibility.of((caller, user) -> true), 0);

    @AfterEach
    void close() {
        watch.close("the test is over");
        parts.close();
    }

    private static final class Counting implements Watch.Reader {
        final AtomicInteger signals = new AtomicInteger();
        final AtomicInteger ends = new AtomicInteger();

        @Override
        public void onNews() {
            signals.incrementAndGet();
        }

        @Override
        public void end(String reason) {
            ends.incrementAndGet();
        }
    }

    private void bothAtOnce(Runnable one, Runnable other) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        Thread second = new Thread(() -> {
            await(start);
            other.run();
        });
        second.start();
        await(start);
        one.run();
        second.join();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneOfTwoThatTakeOverAtOnceIsToldAndTheOtherEnds() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Counting one = new Counting();
            Counting other = new Counting();
            bothAtOnce(() -> watch.readBy(one), () -> watch.readBy(other));
            assertThat(one.ends.get() + other.ends.get()).isOne();
            Counting reader = one.ends.get() == 0 ? one : other;
            int signals = reader.signals.get();
            toggle(round);
            assertThat(reader.signals.get()).isGreaterThan(signals);
            assertThat(watch.take(one == reader ? other : one)).isEmpty();
            assertThat(watch.take(reader)).isPresent();
        }
    }

    private void toggle(int round) {
        parts.clock.advance(Duration.ofSeconds(1)); // slow enough for nothing to be folded
        if (round % 2 == 0) {
            parts.tracker.heartbeat("ada");
        } else {
            parts.tracker.disconnect("ada");
        }
        parts.clock.runDue();
    }

    @Test
    void nobodyTakesNewsBetweenAPlaceAndTheOneWhoGoesOnThere() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Counting old = new Counting();
            watch.readBy(old);
            watch.take(old);
            toggle(round);
            String place = watch.place(number());
            boolean[] goesOn = new boolean[1];
            boolean[] taken = new boolean[1];
            bothAtOnce(
                    () -> goesOn[0] = watch.handOver(place, 0),
                    () -> taken[0] = watch.take(old).isPresent());
            assertThat(goesOn[0]).isNotEqualTo(taken[0]);
            Counting next = new Counting();
            watch.readBy(next);
            assertThat(watch.take(next).isPresent()).isEqualTo(goesOn[0]);
        }
    }

    /** Of the last event, as a reader that has nothing to tell sees it. */
    private long number() {
        String place = watch.pass(new Counting());
        return Long.parseLong(place.substring(place.lastIndexOf('.') + 1));
    }

    @Test
    void placeIsPromisedToOneAtATime() {
        String place = watch.place(0);
        assertThat(watch.handOver(place, 0)).isTrue();
        assertThat(watch.handOver(place, 0)).isFalse();
        watch.readBy(new Counting());
        assertThat(watch.handOver(place, 0)).isTrue();
    }

    @Test
    void watchThatIsOverIsNotGoneOnWith() {
        String place = watch.place(0);
        assertThat(watch.isOverAfter(10, 10)).isFalse();
        assertThat(watch.handOver(place, 5)).isTrue();
        assertThat(watch.isOverAfter(10, 15)).isFalse();
        assertThat(watch.isOverAfter(10, 16)).isTrue();
        assertThat(watch.handOver(place, 16)).isFalse();
        Counting late = new Counting();
        watch.readBy(late);
        assertThat(late.ends).hasValue(1);
        assertThat(late.signals).hasValue(0);
    }

    @Test
    void floodIsFoldedToTheNewestOfEach() {
        List<String> users = IntStream.range(0, 300).mapToObj(i -> "u" + i).toList();
        Watch flooded = Watch.of(parts.tracker, "eve", users, Visibility.of((caller, user) -> true), 0);
        Counting reader = new Counting();
        flooded.readBy(reader);
        parts.clock.runDue();
        assertThat(flooded.take(reader)).isPresent();
        for (int round = 0; round < 41; round++) { // in no time
            users.forEach(round % 2 == 0 ? parts.tracker::heartbeat : parts.tracker::disconnect);
            parts.clock.runDue();
        }
        int signals = reader.signals.get();
        assertThat(signals).isLessThan(210); // two hundred a second, however many there are
        parts.clock.advance(Duration.ofSeconds(10));
        Outbox.News news = flooded.take(reader).orElseThrow().news();
        assertThat(news.size()).isLessThanOrEqualTo(1 + users.size());
        Map<String, Presence> states = new HashMap<>();
        news.snapshot().ifPresent(all -> all.statuses().forEach(one -> states.put(one.user(), one.presence())));
        news.transitions().forEach(turn -> states.put(turn.user(), turn.presence()));
        assertThat(states).hasSize(users.size());
        assertThat(states.values()).containsOnly(Presence.ONLINE);
        assertThat(flooded.take(reader)).isEmpty();
        assertThat(parts.tracker.stats().count(Counter.FOLDED_TRANSITIONS)).isGreaterThan(40 * 300 / 2);
        flooded.close("the test is over");
    }
}
