package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private final AtomicInteger tooLong = new AtomicInteger();
    private final Silence silence = new Silence(tooLong::incrementAndGet);

    private void waitInVain(int times) {
        for (int i = 0; i < times; i++) {
            silence.lasted(silence.waits());
        }
    }

    @Test
    void threeWaitsInARowAreTooLong() {
        waitInVain(2);
        assertThat(tooLong).hasValue(0);
        waitInVain(1);
        assertThat(tooLong).hasValue(1);
        waitInVain(3);
        assertThat(tooLong).hasValue(2);
    }

    @Test
    void anAnswerInBetweenEndsIt() {
        waitInVain(2);
        silence.ended();
        waitInVain(2);
        assertThat(tooLong).hasValue(0);
    }

    @Test
    void waitsOfManyThreadsAtATimeAreOne() {
        int before = silence.waits();
        for (int thread = 0; thread < 10; thread++) {
            silence.lasted(before);
        }
        assertThat(tooLong).hasValue(0);
        assertThat(silence.waits()).isEqualTo(1);
    }
}
