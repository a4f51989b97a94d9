package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wheel against a plain list, for timeouts that fill a slot each and for those that share one. */
class WheelTest {
    @ParameterizedTest
    @ValueSource(longs = {50, 30_000, 300_000, 86_400_000})
    void everyUserIsPolledOnceAtTheirTimeAndNoneBefore(long horizon) {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            long now = 1_767_225_600_000L;
            DeadlineWheel wheel = new DeadlineWheel(now, horizon);
            Map<UserCell, Long> parked = new HashMap<>();
            for (int step = 0; step < 200; step++) {
                for (int i = random.nextInt(4); i > 0; i--) {
                    UserCell cell = new UserCell("user");
                    long at = now + random.nextLong(-horizon / 10, horizon + 1);
                    wheel.park(cell, at);
                    parked.put(cell, at);
                }
                long earliest = parked.isEmpty() ? Long.MAX_VALUE : Collections.min(parked.values());
                assertThat(wheel.nextDue()).isLessThanOrEqualTo(earliest);
                now += random.nextInt(20) == 0 ? 3 * horizon : random.nextLong(horizon / 10 + 1);
                for (Parked polled = wheel.poll(now); polled != null; polled = wheel.poll(now)) {
                    long at = parked.remove(polled.cell());
                    if (at > now) { // polled with its slot: it goes back
                        wheel.parkAgain(polled, at);
                        parked.put(polled.cell(), at);
                    }
                }
                List<Long> late = new ArrayList<>(parked.values());
                long time = now;
                late.removeIf(at -> at > time);
                assertThat(late).as("seed %s step %s", seed, step).isEmpty();
            }
        }
    }
}
