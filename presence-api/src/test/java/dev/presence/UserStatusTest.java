package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class UserStatusTest {
    private static final UserStatus ADA = UserStatus.of("ada", Presence.ONLINE, 5_000, 200);

    @Test
    void knownUserHasLastSeenAndAge() {
        assertThat(ADA.user()).isEqualTo("ada");
        assertThat(ADA.presence()).isEqualTo(Presence.ONLINE);
        assertThat(ADA.isOnline()).isTrue();
        assertThat(ADA.isStale()).isFalse();
        assertThat(ADA.lastSeen()).contains(Instant.ofEpochMilli(5_000));
        assertThat(ADA.age()).contains(Duration.ofMillis(200));
    }

    @Test
    void unknownUserHasNeither() {
        UserStatus bob = UserStatus.of("bob", Presence.OFFLINE);
        assertThat(bob.presence()).isEqualTo(Presence.OFFLINE);
        assertThat(bob.isOnline()).isFalse();
        assertThat(bob.isStale()).isFalse();
        assertThat(bob.lastSeen()).isEmpty();
        assertThat(bob.age()).isEmpty();
    }

    @Test
    void negativeAgeCountsAsZero() {
        assertThat(UserStatus.of("ada", Presence.ONLINE, 5_000, -1).age()).contains(Duration.ZERO);
    }

    @Test
    void staleCopyDiffersInThatAlone() {
        UserStatus stale = ADA.asStale();
        assertThat(stale.isStale()).isTrue();
        assertThat(stale.user()).isEqualTo("ada");
        assertThat(stale.presence()).isEqualTo(Presence.ONLINE);
        assertThat(stale.lastSeen()).isEqualTo(ADA.lastSeen());
        assertThat(stale.age()).isEqualTo(ADA.age());
        assertThat(stale.asStale()).isSameAs(stale);
        assertThat(ADA.isStale()).isFalse();
    }

    @Test
    void statusesAreEqualIfAllOfThemIs() {
        assertThat(ADA)
                .isEqualTo(UserStatus.of("ada", Presence.ONLINE, 5_000, 200))
                .hasSameHashCodeAs(UserStatus.of("ada", Presence.ONLINE, 5_000, 200))
                .isNotEqualTo(UserStatus.of("bob", Presence.ONLINE, 5_000, 200))
                .isNotEqualTo(UserStatus.of("ada", Presence.OFFLINE, 5_000, 200))
                .isNotEqualTo(UserStatus.of("ada", Presence.ONLINE, 5_001, 200))
                .isNotEqualTo(UserStatus.of("ada", Presence.ONLINE, 5_000, 201))
                .isNotEqualTo(ADA.asStale())
                .isNotEqualTo("ada");
        assertThat(ADA.hashCode()).isNotEqualTo(ADA.asStale().hashCode()).isNotZero();
    }

    @Test
    void unclaimedCopyEqualsTheStatusAndStaysSoWhenStale() {
        UserStatus unclaimed =
                UserStatus.of("ada", Presence.OFFLINE, 5_000, 200).asUnclaimed();
        assertThat(unclaimed.isUnclaimed()).isTrue();
        assertThat(unclaimed.asStale().isUnclaimed()).isTrue();
        assertThat(unclaimed).isEqualTo(UserStatus.of("ada", Presence.OFFLINE, 5_000, 200));
        assertThat(ADA.isUnclaimed()).isFalse();
        assertThat(ADA.asStale().isUnclaimed()).isFalse();
    }

    @Test
    void statusReadsAsASentence() {
        assertThat(ADA).hasToString("ada online, last seen 1970-01-01T00:00:05Z");
        assertThat(UserStatus.of("bob", Presence.OFFLINE).asStale()).hasToString("bob offline (stale)");
    }
}
