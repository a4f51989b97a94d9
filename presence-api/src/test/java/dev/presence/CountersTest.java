package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class CountersTest {
    private final Counters counters = new Counters();

    @Test
    void everyCounterStartsAtZero() {
        assertThat(counters.snapshot()).containsOnlyKeys(Counter.values());
        assertThat(counters.snapshot().values()).containsOnly(0L);
    }

    @Test
    void countersCountEachForItself() {
        counters.increment(Counter.BEATS);
        counters.increment(Counter.BEATS);
        counters.add(Counter.CLAIMS, 5);
        assertThat(counters.snapshot())
                .containsEntry(Counter.BEATS, 2L)
                .containsEntry(Counter.CLAIMS, 5L)
                .containsEntry(Counter.SWEEPS, 0L);
    }

    @Test
    void snapshotDoesNotMove() {
        Map<Counter, Long> before = counters.snapshot();
        counters.increment(Counter.BEATS);
        assertThat(before).containsEntry(Counter.BEATS, 0L);
    }
}
