package dev.presence.testkit;

import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Presence;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R19Forget extends StoreRules {
    @Test
    @DisplayName("R19: a forgotten user is as one nobody has heard of, on every node")
    default void r19ForgetErases() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.beat("ada", "phone");
        it.forget("ada");
        assertThat(it.status("ada")).isEqualTo(UserStatus.of("ada", Presence.OFFLINE));
        assertThat(it.statusOnOther("ada")).isEqualTo(UserStatus.of("ada", Presence.OFFLINE));
        assertThat(it.onlineCount()).isZero();
        assertThat(it.onlineList(10)).isEmpty();
        assertThat(it.events()).containsExactly("ada online", "ada offline");
        it.pass(TIMEOUT + 1);
        assertThat(it.sweep()).isZero();
    }

    @Test
    @DisplayName("R19: last seen of an offline user goes too, without a transition")
    default void r19ForgetErasesLastSeen() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.end("ada");
        it.forget("ada");
        it.forget("nobody");
        assertThat(it.status("ada").lastSeen()).isEmpty();
        assertThat(it.events()).containsExactly("ada online", "ada offline");
    }

    @Test
    @DisplayName("R19: beats from before, still on their way, leave no trace")
    default void r19LateBeatsLeaveNoTrace() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.pass(1_000);
        it.forget("ada");
        it.recordOnOther(Write.beat("ada", "phone", 1), Write.beat("ada", "", 500));
        assertThat(it.status("ada")).isEqualTo(UserStatus.of("ada", Presence.OFFLINE));
    }

    @Test
    @DisplayName("R19: a user who beats after it is a new one")
    default void r19BeatAfterForgetIsNew() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.forget("ada");
        it.pass(1);
        it.beat("ada");
        assertThat(it.isOnline("ada")).isTrue();
        assertThat(it.events()).containsExactly("ada online", "ada offline", "ada online");
    }

    @Test
    @DisplayName("R19: nobody else is forgotten")
    default void r19OthersStay() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.beat("ad");
        it.beat("adam");
        it.forget("ada");
        assertThat(it.onlineList(10)).containsExactlyInAnyOrder("ad", "adam");
    }

    @Test
    @DisplayName("R19: a node whose reckoning is behind erases all the same, and what it erased stays so")
    default void r19ForgetErasesNewerBeats() {
        StoreUnderTest it = given();
        it.pass(1_000);
        it.beat("ada");
        it.store.record(new WriteBatch("behind", it.now() - 900, List.of(Write.forget("ada"))));
        assertThat(it.status("ada")).isEqualTo(UserStatus.of("ada", Presence.OFFLINE));
        it.recordOnOther(Write.beat("ada", "", 0));
        assertThat(it.isOnline("ada")).isFalse();
        it.pass(1);
        it.recordOnOther(Write.beat("ada", "", 0));
        assertThat(it.isOnline("ada")).isTrue();
    }
}
