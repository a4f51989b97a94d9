package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A change is shown whole, and loses no beat. */
final class SessionPublishTest extends OneUser {
    @Test
    void aChangeSealsEveryBeatUntilItIsPublished() {
        beat("", 10);
        beat("phone", 10);
        SessionChange change = new SessionChange(cell, settings, 11);
        assertThat(cell.word).isEqualTo(UserCell.SEALED);
        assertThat(cell.sessions[0].beat).isEqualTo(UserCell.SEALED);
        assertThat(cell.renew("", 12)).isFalse();
        assertThat(cell.renew("phone", 12)).isFalse();
        assertThat(change.now()).isEqualTo(11);
        assertThat(change.publish()).isTrue();
        assertThat(word(cell.word)).isEqualTo("live 10");
        assertThat(others()).containsExactly("phone 10");
        assertThat(cell.renew("", 12)).isTrue();
        assertThat(cell.renew("phone", 13)).isTrue();
        assertThat(look()).isEqualTo("live 13");
    }

    @Test
    void aBeatThatFoundTheSessionsBeforeTheChangeIsNotLostInThem() {
        beat("phone", 10);
        Session before = cell.sessions[0];
        change(11, change -> {});
        assertThat(before.renew(12)).isFalse();
        assertThat(look()).isEqualTo("live 10");
    }

    @Test
    void sessionsThatCameAndWentLeaveAnotherArrayEachTime() {
        change(10, change -> change.beat("phone", 10, DIRECT));
        change(20_000, change -> change.lapse(0));
        Session[] first = cell.sessions;
        change(20_001, change -> {});
        assertThat(first).isEmpty();
        assertThat(cell.sessions).isNotSameAs(first).isEmpty();
    }

    @Test
    void nothingKnownIsPublishedAsNothing() {
        assertThat(change(10, change -> {})).isFalse();
        assertThat(cell.word).isEqualTo(UserCell.NONE);
        assertThat(cell.sessions).isNull();
        assertThat(look()).isEqualTo("nothing");
    }

    @Test
    void theDefaultSessionStandsAsideWhileALastSeenIsNewer() {
        beat("", 10);
        beat("phone", 20);
        assertThat(word(cell.word)).isEqualTo("live 10");
        assertThat(change(20, change -> change.end("phone", 20, 1))).isTrue();
        assertThat(word(cell.word)).isEqualTo("seen 20");
        assertThat(others()).containsExactly(" 10", "end of phone at 20 by 1");
        assertThat(look()).isEqualTo("live 10");
        assertThat(word(cell.look(11))).isEqualTo("seen 20");
        assertThat(cell.renew("", 15)).isFalse();
        beat("", 21);
        assertThat(word(cell.word)).isEqualTo("live 21");
        assertThat(others()).containsExactly("end of phone at 20 by 1");
        assertThat(look()).isEqualTo("live 21");
    }

    @Test
    void theDefaultSessionStaysInItsWordWhenTheLastSeenIsAsOld() {
        beat("", 10);
        beat("phone", 10);
        assertThat(change(10, change -> change.end("phone", 10, 1))).isTrue();
        assertThat(word(cell.word)).isEqualTo("live 10");
        assertThat(others()).containsExactly("end of phone at 10 by 1");
    }
}
