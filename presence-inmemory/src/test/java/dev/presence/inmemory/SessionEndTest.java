package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Ends, and the marks they leave for beats that come late. */
final class SessionEndTest extends OneUser {
    @Test
    void anEndOfOneSessionLeavesTheOthersAlone() {
        beat("phone", 10);
        beat("tablet", 11);
        assertThat(change(20, change -> change.end("phone", 20, 1))).isTrue();
        assertThat(others()).containsExactly("tablet 11", "end of phone at 20 by 1");
    }

    @Test
    void theLastSeenOfAnEndedUserIsTheNewestBeat() {
        beat("", 10);
        beat("phone", 20);
        change(30, change -> change.end("phone", 30, 1));
        assertThat(change(30, change -> change.end("", 30, 2))).isFalse();
        assertThat(look()).isEqualTo("seen 20");
        assertThat(change(40, change -> change.beat("", 15, DIRECT))).isFalse(); // covered by the end
        assertThat(look()).isEqualTo("seen 20");
    }

    @Test
    void anEndSparesANewerBeatAndLeavesNoMark() {
        beat("phone", 51);
        assertThat(change(60, change -> change.end("phone", 50, 1))).isTrue();
        assertThat(others()).containsExactly("phone 51");
        assertThat(change(60, change -> change.end("phone", 51, 1))).isFalse();
        assertThat(others()).containsExactly("end of phone at 51 by 1");
    }

    @Test
    void anEndHoldsForExactlyOneTimeout() {
        change(50, change -> change.end("phone", 50, 1));
        change(50 + TIMEOUT, change -> {});
        assertThat(others()).containsExactly("end of phone at 50 by 1");
        change(51 + TIMEOUT, change -> {});
        assertThat(others()).isEmpty();
    }

    @Test
    void anEndThatComesALittleTooLateLeavesNoMark() {
        change(50 + TIMEOUT, change -> change.end("phone", 50, 1));
        assertThat(others()).containsExactly("end of phone at 50 by 1");
        change(51 + TIMEOUT, change -> change.end("tablet", 50, 1));
        assertThat(others()).isEmpty();
    }

    @Test
    void anEndCoversOlderBeatsWhateverTheirBatch() {
        change(50, change -> change.end("phone", 50, 7));
        for (long batch : new long[] {DIRECT, 7, 8}) {
            assertThat(change(60, change -> change.beat("phone", 49, batch))).isFalse();
        }
        assertThat(look()).isEqualTo("seen 49");
    }

    @Test
    void atEqualStampsAnEndCoversTheBeatOfAnotherBatchOnly() {
        for (String ended : List.of("phone", Session.ALL)) {
            assertThat(revives(ended, DIRECT)).isTrue();
            assertThat(revives(ended, 7)).isTrue();
            assertThat(revives(ended, 8)).isFalse();
        }
    }

    /** Whether a beat revives a session that batch 7 ended in the same millisecond. */
    private boolean revives(String ended, long batch) {
        UserCell fresh = new UserCell("bob");
        SessionChange change = new SessionChange(fresh, settings, 60);
        if (ended.equals(Session.ALL)) {
            change.endAll(50, 7);
        } else {
            change.end(ended, 50, 7);
        }
        change.beat("phone", 50, batch);
        return change.publish();
    }

    @Test
    void aNewerBeatTakesTheMarkOfItsSessionAway() {
        change(50, change -> change.end("phone", 50, 1));
        change(60, change -> change.end("tablet", 60, 2));
        assertThat(change(60, change -> change.beat("phone", 51, 3))).isTrue();
        assertThat(others()).containsExactly("end of tablet at 60 by 2", "phone 51");
    }

    @Test
    void theNewestEndOfASessionStands() {
        change(60, change -> change.end("phone", 50, 1));
        change(60, change -> change.end("phone", 49, 2));
        assertThat(others()).containsExactly("end of phone at 50 by 1");
        change(60, change -> change.end("phone", 50, 3));
        assertThat(others()).containsExactly("end of phone at 50 by 3");
        change(60, change -> change.end("phone", 51, 4));
        assertThat(others()).containsExactly("end of phone at 51 by 4");
    }

    @Test
    void anEndOfAllTakesTheMarksItCoversAndSparesWhatIsNewer() {
        beat("phone", 10);
        beat("tablet", 30);
        change(40, change -> {
            change.end("old", 20, 1);
            change.end("new", 21, 1);
        });
        assertThat(change(40, change -> change.endAll(20, 2))).isTrue();
        assertThat(others())
                .containsExactly("tablet 30", "end of new at 21 by 1", "end of " + Session.ALL + " at 20 by 2");
        assertThat(word(cell.word)).isEqualTo("seen 10");
        assertThat(change(40, change -> change.beat("other", 20, 3))).isTrue(); // the tablet is
        assertThat(others()).hasSize(3);
        assertThat(word(cell.word)).isEqualTo("seen 20");
    }

    @Test
    void anEndOfAllEndsABeatOfItsOwnMillisecond() {
        beat("", 20);
        beat("phone", 20);
        assertThat(change(20, change -> change.endAll(20, 1))).isFalse();
        assertThat(others()).containsExactly("end of " + Session.ALL + " at 20 by 1");
        assertThat(look()).isEqualTo("seen 20");
    }

    @Test
    void anOlderEndOfAllChangesNothingOnANewerOne() {
        change(40, change -> change.endAll(30, 1));
        change(40, change -> change.endAll(29, 2));
        assertThat(others()).containsExactly("end of " + Session.ALL + " at 30 by 1");
    }

    @Test
    void beyondTheCapTheOldestMarkCoversAll() {
        change(20, change -> {
            change.end("a", 12, 1);
            change.end("b", 11, 2);
            change.end("c", 13, 3);
        });
        assertThat(others()).containsExactly("end of a at 12 by 1", "end of b at 11 by 2", "end of c at 13 by 3");
        change(20, change -> change.end("d", 14, 4));
        List<String> folded = List.of(
                "end of a at 12 by 1",
                "end of c at 13 by 3",
                "end of d at 14 by 4",
                "end of " + Session.ALL + " at 11 by 2");
        assertThat(others()).isEqualTo(folded);
        change(20, change -> change.end("e", 10, 5));
        assertThat(others()).isEqualTo(folded);
        change(20, change -> change.end("e", 15, 5));
        assertThat(others())
                .containsExactly(
                        "end of c at 13 by 3",
                        "end of d at 14 by 4",
                        "end of e at 15 by 5",
                        "end of " + Session.ALL + " at 12 by 1");
    }

    @Test
    void aFoldedMarkEndsNoSessionThatLives() {
        beat("old", 9);
        change(20, change -> {
            for (int i = 0; i < 10; i++) {
                change.end("flood-" + i, 20, i);
            }
        });
        assertThat(look()).isEqualTo("live 9");
        assertThat(others())
                .contains("old 9", "end of " + Session.ALL + " at 20 by 6")
                .hasSize(5);
    }
}
