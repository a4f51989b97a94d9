package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Nothing is left of a forgotten user, and nothing comes back. */
final class SessionForgetTest extends OneUser {
    @Test
    void forgetErasesAllAndItsMarkStandsAtTheNewest() {
        beat("", 10);
        beat("phone", 30);
        change(40, change -> change.end("tablet", 15, 1));
        assertThat(change(40, change -> change.forget(20, 2))).isFalse();
        assertThat(look()).isEqualTo("nothing");
        assertThat(others()).containsExactly("end of " + Session.FORGOTTEN + " at 30 by 2");
    }

    @Test
    void forgetStandsAtItsOwnTimeIfThatIsNewest() {
        beat("phone", 10);
        change(40, change -> change.forget(20, 2));
        assertThat(others()).containsExactly("end of " + Session.FORGOTTEN + " at 20 by 2");
    }

    @Test
    void forgetStandsAtTheLastSeenIfThatIsNewest() {
        beat("phone", 30);
        change(30, change -> change.end("phone", 30, 1));
        change(40, change -> change.forget(20, 2));
        assertThat(others()).containsExactly("end of " + Session.FORGOTTEN + " at 30 by 2");
        assertThat(look()).isEqualTo("nothing");
    }

    @Test
    void beatsUnderTheMarkOfForgetLeaveNoTrace() {
        change(40, change -> change.forget(20, 2));
        assertThat(change(40, change -> change.beat("phone", 19, DIRECT))).isFalse();
        assertThat(change(40, change -> change.beat("", 20, 3))).isFalse();
        assertThat(look()).isEqualTo("nothing");
        assertThat(change(40, change -> change.beat("", 20, 2))).isTrue(); // the batch that forgot
        assertThat(change(40, change -> change.beat("phone", 20, DIRECT))).isTrue();
        assertThat(look()).isEqualTo("live 20");
    }

    @Test
    void anEarlierForgetThatComesLaterLeavesTheMarkOfTheLaterOne() {
        change(40, change -> change.forget(30, 1));
        change(40, change -> change.forget(20, 2));
        assertThat(others()).containsExactly("end of " + Session.FORGOTTEN + " at 30 by 1");
        assertThat(change(40, change -> change.beat("phone", 25, 3))).isFalse();
        assertThat(look()).isEqualTo("nothing");
    }

    @Test
    void forgetLeavesTheMarksOfEndsThatCameAfterIt() {
        change(40, change -> {
            change.end("old", 20, 1);
            change.end("phone", 21, 1);
            change.endAll(19, 1);
        });
        change(40, change -> change.forget(20, 2));
        assertThat(others()).containsExactly("end of phone at 21 by 1", "end of " + Session.FORGOTTEN + " at 20 by 2");
        assertThat(change(40, change -> change.beat("phone", 21, 3))).isFalse();
        assertThat(look()).isEqualTo("seen 21");
    }

    @Test
    void anEndOfAllLeavesTheMarkOfAForgottenUser() {
        change(40, change -> change.forget(20, 1));
        change(40, change -> change.endAll(30, 2));
        assertThat(others())
                .containsExactly(
                        "end of " + Session.FORGOTTEN + " at 20 by 1", "end of " + Session.ALL + " at 30 by 2");
        assertThat(change(40, change -> change.beat("phone", 20, 3))).isFalse();
        assertThat(look()).isEqualTo("nothing");
        assertThat(change(40, change -> change.beat("phone", 21, 3))).isFalse();
        assertThat(look()).isEqualTo("seen 21");
    }
}
