package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Beats begin and renew sessions, as many as there is room for. */
final class SessionBeatTest extends OneUser {
    @Test
    void aBeatBeginsASessionAndALaterOneRenewsItButAnEarlierOneDoesNot() {
        beat("phone", 10);
        assertThat(others()).containsExactly("phone 10");
        change(20, change -> change.beat("phone", 15, DIRECT));
        assertThat(others()).containsExactly("phone 15");
        change(20, change -> change.beat("phone", 12, DIRECT));
        assertThat(others()).containsExactly("phone 15");
        assertThat(cell.word).isEqualTo(UserCell.NONE);
        beat("", 20);
        change(30, change -> change.beat("", 19, DIRECT));
        assertThat(word(cell.word)).isEqualTo("live 20");
    }

    @Test
    void aFirstBeatCountsUpToOneTimeoutAndIsSeenAfterwards() {
        assertThat(change(10 + TIMEOUT, change -> change.beat("phone", 10, DIRECT)))
                .isTrue();
        assertThat(change(11 + TIMEOUT, change -> change.beat("tablet", 10, DIRECT)))
                .isTrue();
        assertThat(others()).containsExactly("phone 10");
        assertThat(word(cell.word)).isEqualTo("seen 10");
    }

    @Test
    void onlyASessionThatBeganInThePastIsLate() {
        SessionChange change = new SessionChange(cell, settings, 50);
        change.beat("phone", 50, DIRECT);
        change.beat("phone", 40, DIRECT); // renews, if anything
        change.end("tablet", 45, 1);
        change.beat("tablet", 44, DIRECT); // covered
        change.beat("desk", 49 - TIMEOUT, DIRECT); // too old
        assertThat(change.isLate()).isFalse();
        change.beat("desk", 49, DIRECT);
        assertThat(change.isLate()).isTrue();
        change.beat("sofa", 50, DIRECT);
        assertThat(change.isLate()).isTrue();
    }

    @Test
    void oneSessionTooManyEndsTheOldestWithoutAMark() {
        beat("a", 11);
        beat("b", 10);
        beat("c", 12);
        SessionChange change = new SessionChange(cell, settings, 13);
        change.beat("d", 13, DIRECT);
        assertThat(change.dropped()).isEqualTo(1);
        change.publish();
        assertThat(others()).containsExactly("a 11", "c 12", "d 13");
        assertThat(word(cell.word)).isEqualTo("seen 10");
    }

    @Test
    void ofEquallyOldSessionsTheFirstGoes() {
        beat("a", 10);
        beat("b", 10);
        beat("c", 10);
        beat("d", 10);
        assertThat(others()).containsExactly("b 10", "c 10", "d 10");
    }

    @Test
    void aLateBeatMayBeTheOneTooMany() {
        beat("a", 11);
        beat("b", 10);
        beat("", 12);
        SessionChange change = new SessionChange(cell, settings, 13);
        change.beat("d", 9, DIRECT);
        assertThat(change.dropped()).isEqualTo(1);
        change.publish();
        assertThat(others()).containsExactly("a 11", "b 10");
        assertThat(word(cell.word)).isEqualTo("live 12");
    }

    @Test
    void aSessionThatHadLapsedIsNotCountedAsDropped() {
        beat("a", 10);
        beat("b", 11);
        beat("c", 12);
        SessionChange change = new SessionChange(cell, settings, 11 + TIMEOUT);
        change.beat("d", 11 + TIMEOUT, DIRECT);
        assertThat(change.dropped()).isZero();
        change.beat("e", 11 + TIMEOUT, DIRECT);
        assertThat(change.dropped()).isEqualTo(1); // b is exactly one timeout old: it lives
        change.publish();
        assertThat(others()).hasSize(3);
    }

    @Test
    void marksTakeNoPlaceOfASession() {
        change(10, change -> {
            change.end("x", 10, 1);
            change.end("y", 10, 1);
            change.end("z", 10, 1);
        });
        SessionChange change = new SessionChange(cell, settings, 11);
        change.beat("a", 11, DIRECT);
        change.beat("b", 11, DIRECT);
        change.beat("c", 11, DIRECT);
        assertThat(change.dropped()).isZero();
        change.publish();
        assertThat(others()).hasSize(6);
    }
}
