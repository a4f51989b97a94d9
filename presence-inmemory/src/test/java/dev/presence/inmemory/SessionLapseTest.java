package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Beats lapse, and the user is looked at in time for it. */
final class SessionLapseTest extends OneUser {
    @Test
    void beatsOlderThanTheDelayLapseAndAreSeen() {
        beat("old", 10);
        beat("new", 11);
        assertThat(change(50, change -> change.lapse(40))).isTrue();
        assertThat(others()).containsExactly("old 10", "new 11");
        assertThat(change(51, change -> change.lapse(40))).isTrue();
        assertThat(others()).containsExactly("new 11");
        assertThat(word(cell.word)).isEqualTo("seen 10");
        assertThat(change(52, change -> change.lapse(40))).isFalse();
        assertThat(look()).isEqualTo("seen 11");
        assertThat(others()).isEmpty();
    }

    @Test
    void marksDoNotLapse() {
        change(10, change -> change.end("phone", 10, 1));
        assertThat(change(60, change -> change.lapse(0))).isFalse();
        assertThat(others()).containsExactly("end of phone at 10 by 1");
        assertThat(look()).isEqualTo("nothing");
    }

    @Test
    void afterAnEndSessionsThatLapsedDoNotKeepTheUserOnline() {
        beat("phone", 10);
        beat("tablet", 20);
        assertThat(change(30, change -> {
                    change.end("tablet", 30, 1);
                    change.lapseIfNoneIsLive(10); // the phone's beat still counts
                }))
                .isTrue();
        beat("tablet", 31);
        assertThat(change(32, change -> {
                    change.end("tablet", 32, 2);
                    change.lapseIfNoneIsLive(11);
                }))
                .isFalse();
        assertThat(look()).isEqualTo("seen 31");
    }

    @Test
    void withoutAnEndSessionsThatLapsedWaitForTheirClaim() {
        beat("phone", 10);
        assertThat(change(30, change -> change.lapseIfNoneIsLive(11))).isTrue();
        assertThat(change(30, change -> {
                    change.end("nothing", 30, 1);
                    change.lapseIfNoneIsLive(11);
                }))
                .isTrue();
        assertThat(look()).isEqualTo("live 10");
    }

    @Test
    void theNextLookIsWhenTheFirstBeatLapsesOrTheFirstMarkIsOver() {
        SessionChange change = new SessionChange(cell, settings, 50);
        assertThat(change.nextLook(1_000)).isEqualTo(Long.MAX_VALUE);
        change.beat("phone", 50, DIRECT);
        assertThat(change.nextLook(1_000)).isEqualTo(1_051);
        change.beat("tablet", 40, DIRECT);
        assertThat(change.nextLook(1_000)).isEqualTo(1_041);
        change.end("desk", 45, 1);
        assertThat(change.nextLook(1_000)).isEqualTo(45 + TIMEOUT + 1);
        assertThat(change.nextLook(10)).isEqualTo(51);
    }
}
