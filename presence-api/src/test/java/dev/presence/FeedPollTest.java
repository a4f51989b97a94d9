package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FeedPollTest {
    private final ManualClock clock = ManualClock.create();
    private final AtomicBoolean wanted = new AtomicBoolean(true);
    private final AtomicInteger looks = new AtomicInteger();
    private Runnable meanwhile = () -> {};
    private final FeedPoll poll = new FeedPoll(clock, this::isWanted, looks::incrementAndGet);

    private boolean isWanted() {
        boolean answer = wanted.get();
        Runnable once = meanwhile;
        meanwhile = () -> {};
        once.run();
        return answer;
    }

    private int looksIn(Duration time) {
        int before = looks.get();
        clock.advance(time);
        return looks.get() - before;
    }

    @Test
    void looksTwiceASecondHoweverOftenItIsStarted() {
        poll.start();
        poll.start();
        assertThat(looksIn(Duration.ofSeconds(10))).isEqualTo(20);
    }

    @Test
    void endsWhenItIsNotWantedAndBeginsAgain() {
        poll.start();
        wanted.set(false);
        assertThat(looksIn(Duration.ofSeconds(10))).isZero();
        wanted.set(true);
        poll.start();
        assertThat(looksIn(Duration.ofSeconds(10))).isEqualTo(20);
    }

    @Test
    void goesOnForOneWhoStartsItWhileItEnds() {
        poll.start();
        wanted.set(false);
        meanwhile = () -> {
            wanted.set(true);
            poll.start();
        };
        clock.advance(Duration.ofSeconds(1));
        assertThat(looksIn(Duration.ofSeconds(10))).isEqualTo(20);
    }

    @Test
    void goesOnAfterALookThatFails() {
        FeedPoll failing = new FeedPoll(clock, () -> true, () -> {
            looks.incrementAndGet();
            throw new IllegalStateException("a look that fails");
        });
        failing.start();
        assertThat(looksIn(Duration.ofSeconds(10))).isEqualTo(20);
    }
}
