package dev.presence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Presence;
import dev.presence.StatusBatch;
import dev.presence.UserStatus;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R02Unknown extends StoreRules {
    @Test
    @DisplayName("R2: a user nobody has heard of is offline, with no last seen")
    default void r02UnknownIsOffline() {
        StoreUnderTest it = given();
        assertThat(it.status("nobody")).isEqualTo(UserStatus.of("nobody", Presence.OFFLINE));
        assertThat(it.status("nobody").lastSeen()).isEmpty();
        assertThat(it.status("nobody").age()).isEmpty();
    }

    @Test
    @DisplayName("R2: asking leaves no trace")
    default void r02AskingLeavesNoTrace() {
        StoreUnderTest it = given();
        it.status("nobody");
        it.statusOnOther("nobody");
        assertThat(it.sweep()).isZero();
        assertThat(it.onlineCount()).isZero();
        assertThat(it.onlineList(10)).isEmpty();
        assertThat(it.events()).isEmpty();
        assertThat(it.status("nobody").lastSeen()).isEmpty();
    }

    @Test
    @DisplayName("R2: an unknown user among others takes nothing from them")
    default void r02UnknownAmongOthers() {
        StoreUnderTest it = given();
        it.beat("ada");
        StatusBatch batch = it.store.statuses(List.of("nobody", "ada", "nobody"));
        assertThat(batch.statuses()).extracting(UserStatus::user).containsExactly("nobody", "ada", "nobody");
        assertThat(batch.statuses()).extracting(UserStatus::isOnline).containsExactly(false, true, false);
    }

    @Test
    @DisplayName("R2: an empty question has an empty answer, with the store's time")
    default void r02EmptyQuestion() {
        StoreUnderTest it = given();
        it.beat("ada");
        StatusBatch batch = it.store.statuses(List.of());
        assertThat(batch.statuses()).isEmpty();
        assertThat(batch.nowMillis())
                .isEqualTo(it.status("ada").lastSeen().orElseThrow().toEpochMilli());
    }
}
