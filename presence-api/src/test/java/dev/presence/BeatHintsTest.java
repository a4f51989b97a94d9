package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Clients that came together drift apart; those who came apart are left alone. */
final class BeatHintsTest {
    private static final long INTERVAL = 10_000;

    private final ManualClock clock = ManualClock.create();
    private final BeatHints hints = new BeatHints(clock);

    private List<Long> ask(int times) {
        return Stream.generate(() -> hints.next(INTERVAL)).limit(times).toList();
    }

    @Test
    void fewClientsBeatAtTheIntervalLessUpToATenth() {
        assertThat(ask(BeatHints.CALM)).allMatch(hint -> hint >= 9_000 && hint <= INTERVAL);
    }

    @Test
    void crowdIsSpreadOverHalfTheInterval() {
        ask(BeatHints.CALM);
        List<Long> crowd = ask(10_000);
        assertThat(crowd).allMatch(hint -> hint >= 5_000 && hint <= INTERVAL);
        assertThat(crowd.stream().filter(hint -> hint < 7_500).count()).isBetween(4_000L, 6_000L);
    }

    @Test
    void manyWhoComeEvenlyAreNoCrowd() {
        for (int second = 0; second < 30; second++) {
            ask(500);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(ask(500)).allMatch(hint -> hint >= 9_000);
    }

    @Test
    void averageOfLongAgoIsForgotten() {
        for (int second = 0; second < 30; second++) {
            ask(500);
            clock.advance(Duration.ofSeconds(1));
        }
        clock.advance(Duration.ofMinutes(5));
        ask(BeatHints.CALM);
        assertThat(ask(400)).anyMatch(hint -> hint < 9_000);
    }

    @Test
    void clientsThatCameInOneSecondAreApartAfterSomeRounds() {
        PriorityQueue<Long> beats = new PriorityQueue<>();
        int clients = 20_000;
        for (int i = 0; i < clients; i++) {
            beats.add((long) i * 1_000 / clients);
        }
        int[] perSecond = new int[100];
        for (long at = 0; at < 100_000; at = beats.element()) {
            clock.advance(Duration.ofMillis(Math.max(0, at - now())));
            perSecond[(int) (at / 1_000)]++;
            beats.remove();
            beats.add(at + hints.next(INTERVAL));
        }
        int mean = Arrays.stream(perSecond, 60, 100).sum() / 40;
        assertThat(perSecond[0]).isEqualTo(clients);
        assertThat(Arrays.stream(perSecond, 60, 100).max().orElseThrow()).isLessThan(2 * mean + mean / 2);
    }

    private long now() {
        return clock.nanos() / 1_000_000;
    }
}
