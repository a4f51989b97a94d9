package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Outage.Activity;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OutageTest {
    private static final String BEGINS = "WARN The presence store does not answer; beats wait in memory until it does";
    private static final TrackerHealth UP = new TrackerHealth(TrackerHealth.State.UP, Duration.ZERO, Optional.empty());

    private final ManualClock clock = ManualClock.create();
    private final Outage outage = new Outage(clock);
    private final LogCapture log = new LogCapture(HeartbeatTracker.class);
    private final RuntimeException first = new IllegalStateException("first");
    private final RuntimeException second = new IllegalStateException("second");

    @AfterEach
    void stopLogging() {
        log.close();
    }

    private static TrackerHealth down(long millis, Throwable problem) {
        return new TrackerHealth(
                TrackerHealth.State.STORE_UNAVAILABLE, Duration.ofMillis(millis), Optional.of(problem));
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    private static String ends(String after) {
        return "INFO The presence store answers again, after " + after;
    }

    @Test
    void storeIsUpUntilItFails() {
        outage.worked(Activity.WRITE);
        assertThat(outage.health()).isEqualTo(UP);
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void healthTellsSinceWhenAndTheLastProblem() {
        pass(7_000);
        outage.failed(Activity.WRITE, first);
        pass(3_000);
        assertThat(outage.health()).isEqualTo(down(3_000, first));
        outage.failed(Activity.WRITE, second);
        assertThat(outage.health()).isEqualTo(down(3_000, second));
        outage.worked(Activity.WRITE);
        assertThat(outage.health()).isEqualTo(UP);
    }

    @Test
    void beginAndEndAreLoggedOnce() {
        pass(100);
        outage.failed(Activity.WRITE, first);
        outage.failed(Activity.SWEEP, first);
        outage.failed(Activity.WRITE, second);
        pass(2_500);
        outage.worked(Activity.WRITE);
        outage.worked(Activity.SWEEP);
        outage.worked(Activity.SWEEP);
        assertThat(log.lines()).containsExactly(BEGINS, ends("PT2.5S"));
    }

    @Test
    void activitiesFailAndRecoverEachForItself() {
        outage.failed(Activity.WRITE, first);
        outage.failed(Activity.READ, second);
        outage.worked(Activity.READ);
        assertThat(outage.health()).isEqualTo(down(0, first));
        outage.worked(Activity.SWEEP);
        assertThat(outage.health()).isEqualTo(down(0, first));
        outage.worked(Activity.WRITE);
        assertThat(outage.health()).isEqualTo(UP);
    }

    @Test
    void sweepThatWorksEndsTheOutageOfReads() {
        outage.failed(Activity.READ, first);
        outage.worked(Activity.WRITE);
        assertThat(outage.health()).isEqualTo(down(0, first));
        outage.worked(Activity.SWEEP);
        assertThat(outage.health()).isEqualTo(UP);
    }

    @Test
    void readThatWorksDoesNotEndTheOutageOfSweeps() {
        outage.failed(Activity.SWEEP, first);
        outage.worked(Activity.READ);
        assertThat(outage.health()).isEqualTo(down(0, first));
    }

    @Test
    void flickeringStoreIsLoggedOnceAMinute() {
        outage.failed(Activity.WRITE, first);
        outage.worked(Activity.WRITE);
        pass(59_999);
        outage.failed(Activity.WRITE, first);
        pass(1);
        outage.worked(Activity.WRITE);
        assertThat(log.lines()).containsExactly(BEGINS, ends("PT0S"));
        outage.failed(Activity.WRITE, first);
        pass(1_000);
        outage.worked(Activity.WRITE);
        assertThat(log.lines()).containsExactly(BEGINS, ends("PT0S"), BEGINS, ends("PT1S"));
        pass(58_999);
        outage.failed(Activity.WRITE, first);
        assertThat(log.lines()).hasSize(4);
    }

    @Test
    void outageThatWasNotLoggedStillShowsInHealth() {
        outage.failed(Activity.WRITE, first);
        outage.worked(Activity.WRITE);
        pass(10);
        outage.failed(Activity.READ, second);
        pass(5);
        assertThat(outage.health()).isEqualTo(down(5, second));
    }
}
