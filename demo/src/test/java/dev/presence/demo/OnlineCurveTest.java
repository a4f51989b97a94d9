package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OnlineCurveTest {
    private static final Instant START = Instant.ofEpochSecond(1_000);

    private final OnlineCurve curve = new OnlineCurve(START);

    @Test
    void aCountHoldsUntilTheNext() {
        curve.add(START, 1);
        curve.add(START.plusSeconds(3), 2);

        assertThat(curve.times())
                .containsExactly(START, START.plusSeconds(1), START.plusSeconds(2), START.plusSeconds(3));
        assertThat(curve.counts()).containsExactly(1L, 1L, 1L, 2L);
    }

    @Test
    void aSlotShowsItsHighestCount() {
        curve.add(START, 1);
        curve.add(START.plusMillis(1), 5);
        curve.add(START.plusMillis(2), 2);
        curve.add(START.plusMillis(1_500), 0);

        assertThat(curve.counts()).containsExactly(5L, 2L);
    }

    @Test
    void aLongSpanIsCoarserAndNotLarger() {
        for (int second = 0; second < 100_000; second++) {
            curve.add(START.plusSeconds(second), second == 54_321 ? 7 : second % 2);
        }

        assertThat(curve.resolution()).isEqualTo(Duration.ofSeconds(128));
        assertThat(curve.counts()).hasSize(100_000 / 128 + 1).hasSameSizeAs(curve.times());
        for (int slot = 0; slot < curve.counts().size(); slot++) {
            assertThat(curve.counts().get(slot)).isEqualTo(slot == 54_321 / 128 ? 7L : 1L);
        }
    }

    @Test
    void aLeapOverManySlotsKeepsWhatWasBefore() {
        curve.add(START, 4);
        curve.add(START.plus(Duration.ofDays(365)), 0);

        assertThat(curve.counts()).hasSizeLessThanOrEqualTo(1_024).containsOnly(4L);
    }
}
