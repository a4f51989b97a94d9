package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whom to believe once an epoch is over. */
class ProgressTest {
    private static final int GROUP = 3;
    private static final long OLD = 900;
    private static final long NEW = 100; // epochs have no order

    private final Progress progress = new Progress();

    private void hear(long epoch, long number) {
        progress.note(GROUP, epoch, number, progress.epochs());
    }

    @Test
    void whoHasTheNewestTransitionOfTheEpochIsBelieved() {
        assertThat(progress.isBeyond(GROUP, OLD, 7)).isTrue();
        hear(OLD, 7);
        hear(OLD, 5);
        assertThat(progress.isBeyond(GROUP, OLD, 6)).isTrue();
        assertThat(progress.isBeyond(GROUP, OLD, 7)).isFalse();
        assertThat(progress.isBeyond(GROUP, NEW, 7)).isTrue();
    }

    @Test
    void newEpochReplacesTheOldOne() {
        hear(OLD, 7);
        hear(NEW, 2);
        assertThat(progress.isBeyond(GROUP, OLD, 7)).isTrue();
        assertThat(progress.isBeyond(GROUP, NEW, 2)).isFalse();
    }

    @Test
    void answerThatWasOnTheWayDoesNotBringTheOldEpochBack() {
        hear(OLD, 7);
        long asked = progress.epochs();
        hear(NEW, 2);
        progress.note(GROUP, OLD, 8, asked);
        assertThat(progress.isBeyond(GROUP, OLD, 8)).isTrue();
    }

    @Test
    void nobodyIsBelievedUntilTheLeaderSaysWhichEpochIsNewer() {
        long asked = progress.epochs();
        hear(NEW, 2);
        progress.note(GROUP, OLD, 7, asked);
        progress.note(GROUP, NEW, 2, asked);
        assertThat(progress.isBeyond(GROUP, OLD, 7)).isTrue();
        assertThat(progress.isBeyond(GROUP, NEW, 2)).isTrue();
        hear(NEW, 3);
        assertThat(progress.isBeyond(GROUP, NEW, 3)).isFalse();
        assertThat(progress.isBeyond(GROUP, OLD, 8)).isTrue();
    }

    @Test
    void followerDoesNotBringTheOldEpochBack() {
        hear(OLD, 7);
        hear(NEW, 2);
        progress.note(GROUP, OLD, 7, Progress.OF_A_FOLLOWER);
        assertThat(progress.isBeyond(GROUP, NEW, 2)).isFalse();
        assertThat(progress.isBeyond(GROUP, OLD, 7)).isTrue();
    }
}
