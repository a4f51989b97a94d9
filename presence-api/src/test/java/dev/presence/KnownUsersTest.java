package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KnownUsersTest {
    private final ManualClock clock = ManualClock.create();
    private final KnownUsers known = new KnownUsers(clock, 1_000);

    private void leave(String user) {
        PendingUser leaving = new PendingUser();
        leaving.reset(user);
        leaving.add(Write.Kind.END, Write.DEFAULT_SESSION, clock.nanos());
        known.doubt(leaving);
        known.follow(user, Presence.OFFLINE);
    }

    @Test
    void userWhoLeftThroughThisNodeIsLetGoOf() {
        known.followEveryone(Set.of("ada", "bob"));
        leave("ada");
        clock.advance(Duration.ofMinutes(10).plusMillis(1));
        known.trim();
        assertThat(known.users()).containsExactly("bob");
        assertThat(known.isOnline("ada")).isFalse();
    }

    @Test
    void userWhoCameBackMeanwhileStays() {
        known.followEveryone(Set.of("ada"));
        leave("ada");
        known.follow("ada", Presence.ONLINE);
        clock.advance(Duration.ofMinutes(10).plusMillis(1));
        known.trim();
        assertThat(known.isOnline("ada")).isTrue();
        known.follow("ada", Presence.OFFLINE);
        assertThat(known.users()).isEmpty();
    }

    @Test
    void userWhoIsWatchedAgainAndAgainTakesTheRoomOfNobody() {
        KnownUsers few = new KnownUsers(clock, 2);
        few.fill("bob", few.begin("bob"), UserStatus.of("bob", Presence.OFFLINE));
        for (int i = 0; i < 3; i++) {
            few.pin("ada", Presence.ONLINE);
            few.unpin("ada");
        }
        assertThat(few.users()).containsExactlyInAnyOrder("ada", "bob");
    }
}
