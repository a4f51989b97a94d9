package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Presence;
import dev.presence.StoreSettings;
import dev.presence.UserStatus;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UserCellTest {
    private static final long ANY = Long.MIN_VALUE;
    private static final long EARLIEST = Long.MIN_VALUE / 4;

    private final StoreSettings settings =
            StoreSettings.defaults().withTimeout(Duration.ofMillis(100)).withRetention(Duration.ofMillis(1_000));
    private final UserCell cell = new UserCell("ada");

    // ---- one word for beat and last seen

    @ParameterizedTest
    @ValueSource(longs = {EARLIEST, EARLIEST + 1, -2, -1, 0, 1, 2, 1_767_225_600_000L, Long.MAX_VALUE / 2})
    void aWordTellsItsTimeAndWhetherItIsLive(long time) {
        assertThat(UserCell.isLive(UserCell.live(time))).isTrue();
        assertThat(UserCell.time(UserCell.live(time))).isEqualTo(time);
        assertThat(UserCell.isLive(UserCell.lapsed(time))).isFalse();
        assertThat(UserCell.time(UserCell.lapsed(time))).isEqualTo(time);
        assertThat(UserCell.live(time)).isEqualTo(UserCell.lapsed(time) + 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE + 1, Long.MIN_VALUE / 2, EARLIEST - 1})
    void aTimeThatCannotBeDoubledIsTheEarliest(long time) {
        assertThat(UserCell.time(UserCell.live(time))).isEqualTo(EARLIEST);
        assertThat(UserCell.isLive(UserCell.live(time))).isTrue();
        assertThat(UserCell.time(UserCell.lapsed(time))).isEqualTo(EARLIEST);
        assertThat(UserCell.isLive(UserCell.lapsed(time))).isFalse();
    }

    @Test
    void noneIsNoTimeAndNeitherItNorTheSealIsLive() {
        assertThat(UserCell.lapsed(UserCell.NONE)).isEqualTo(UserCell.NONE);
        assertThat(UserCell.time(UserCell.NONE)).isEqualTo(UserCell.NONE);
        assertThat(UserCell.isLive(UserCell.NONE)).isFalse();
        assertThat(UserCell.isLive(UserCell.SEALED)).isFalse();
        assertThat(UserCell.isLive(UserCell.SEALED + 2)).isTrue();
        assertThat(UserCell.time(UserCell.live(UserCell.NONE))).isEqualTo(EARLIEST);
    }

    @Test
    void aNewCellKnowsNothing() {
        assertThat(cell.cell()).isSameAs(cell);
        assertThat(cell.word).isEqualTo(UserCell.NONE);
        assertThat(cell.reportedOnline).isFalse();
        assertThat(cell.look(ANY)).isEqualTo(UserCell.NONE);
        assertThat(cell.keepMillis(settings, 0)).isZero();
    }

    // ---- renewals

    @Test
    void aLiveDefaultSessionIsRenewedByWhatIsNewer() {
        cell.word = UserCell.live(10);
        assertThat(cell.renew("", 9)).isTrue();
        assertThat(cell.word).isEqualTo(UserCell.live(10));
        assertThat(cell.renew("", 10)).isTrue();
        assertThat(cell.word).isEqualTo(UserCell.live(10));
        assertThat(cell.renew("", 11)).isTrue();
        assertThat(cell.word).isEqualTo(UserCell.live(11));
    }

    @ParameterizedTest
    @ValueSource(longs = {UserCell.NONE, UserCell.SEALED, 20, -20})
    void aDefaultSessionThatIsNotLiveIsNotRenewed(long word) {
        cell.word = word;
        assertThat(cell.renew("", 50)).isFalse();
        assertThat(cell.word).isEqualTo(word);
    }

    @Test
    void aNamedSessionIsRenewedAloneByWhatIsNewer() {
        cell.word = UserCell.live(5);
        cell.sessions = new Session[] {Session.live("phone", 10), Session.live("tablet", 7)};
        assertThat(cell.renew("tablet", 6)).isTrue();
        assertThat(cell.renew("tablet", 7)).isTrue();
        assertThat(cell.sessions[1].beat).isEqualTo(7);
        assertThat(cell.renew("tablet", 8)).isTrue();
        assertThat(cell.sessions[1].beat).isEqualTo(8);
        assertThat(cell.sessions[0].beat).isEqualTo(10);
        assertThat(cell.word).isEqualTo(UserCell.live(5));
        assertThat(cell.renew("desk", 8)).isFalse();
    }

    @Test
    void aNamedSessionIsNotRenewedWhereThereIsNone() {
        cell.word = UserCell.live(5);
        assertThat(cell.renew("phone", 8)).isFalse();
        assertThat(cell.word).isEqualTo(UserCell.live(5));
    }

    @Test
    void aMarkAndASealedSessionAreNotRenewed() {
        Session mark = Session.tombstone("phone", 10, 3);
        Session sealed = Session.live("tablet", 10);
        sealed.beat = UserCell.SEALED;
        cell.sessions = new Session[] {mark, sealed};
        assertThat(cell.renew("phone", 20)).isFalse();
        assertThat(cell.renew("tablet", 20)).isFalse();
        assertThat(mark.beat).isEqualTo(UserCell.NONE);
        assertThat(sealed.beat).isEqualTo(UserCell.SEALED);
        assertThat(mark.isTombstone()).isTrue();
        assertThat(mark.ended).isEqualTo(10);
        assertThat(mark.endedBy).isEqualTo(3);
        assertThat(sealed.isTombstone()).isFalse();
    }

    // ---- looks

    @Test
    void aLookFindsTheNewestBeatIfItIsAsNewAsAsked() {
        cell.word = UserCell.live(10);
        assertThat(cell.look(10)).isEqualTo(UserCell.live(10));
        assertThat(cell.look(11)).isEqualTo(UserCell.lapsed(10));
        cell.sessions = new Session[] {Session.tombstone("desk", 90, 1), Session.live("phone", 12)};
        assertThat(cell.look(12)).isEqualTo(UserCell.live(12));
        assertThat(cell.look(13)).isEqualTo(UserCell.lapsed(12));
        cell.word = UserCell.live(14);
        assertThat(cell.look(14)).isEqualTo(UserCell.live(14));
    }

    @Test
    void aLookFindsTheLastSeenIfNoBeatIsAsNewAsAsked() {
        cell.word = UserCell.lapsed(20);
        assertThat(cell.look(ANY)).isEqualTo(UserCell.lapsed(20));
        cell.sessions = new Session[] {Session.live("phone", 12)};
        assertThat(cell.look(12)).isEqualTo(UserCell.live(12));
        assertThat(cell.look(13)).isEqualTo(UserCell.lapsed(20));
        cell.word = UserCell.lapsed(11);
        assertThat(cell.look(13)).isEqualTo(UserCell.lapsed(12));
    }

    @Test
    void timesBeforeTheEpochAreTimes() {
        cell.word = UserCell.live(-10);
        assertThat(cell.look(-10)).isEqualTo(UserCell.live(-10));
        assertThat(cell.look(-9)).isEqualTo(UserCell.lapsed(-10));
        assertThat(cell.renew("", -11)).isTrue();
        assertThat(cell.look(ANY)).isEqualTo(UserCell.live(-10));
        assertThat(cell.renew("", -1)).isTrue();
        assertThat(cell.look(ANY)).isEqualTo(UserCell.live(-1));
    }

    @Test
    @Timeout(10)
    void aLookWaitsForTheEndOfAChange() throws InterruptedException {
        for (String session : new String[] {"", "phone"}) {
            UserCell busy = new UserCell("bob");
            SessionChange first = new SessionChange(busy, settings, 10);
            first.beat(session, 10, SessionChange.DIRECT);
            first.publish();
            SessionChange change = new SessionChange(busy, settings, 20);
            if (!session.isEmpty()) {
                busy.word = UserCell.NONE; // only the session is sealed
            }
            AtomicLong seen = new AtomicLong();
            Thread reader = new Thread(() -> seen.set(busy.look(ANY)));
            reader.start();
            while (reader.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait(); // it spins, and then waits
            }
            change.beat(session, 20, SessionChange.DIRECT);
            change.publish();
            reader.join();
            assertThat(seen.get()).isEqualTo(UserCell.live(20));
        }
    }

    // ---- status

    @Test
    void aBeatKeepsTheUserOnlineWhileItIsAsNewAsLiveFrom() {
        cell.word = UserCell.live(50);
        assertThat(cell.status("ada", 150, settings, 50, 50)).isEqualTo(UserStatus.of("ada", Presence.ONLINE, 50, 100));
        assertThat(cell.status("ada", 151, settings, 51, 50))
                .isEqualTo(UserStatus.of("ada", Presence.ONLINE, 50, 101).asStale());
        assertThat(cell.status("ada", 151, settings, 51, 51))
                .isEqualTo(UserStatus.of("ada", Presence.OFFLINE, 50, 101));
    }

    @Test
    void lastSeenIsKnownUntilItIsExactlyAsOldAsTheRetention() {
        cell.word = UserCell.lapsed(50);
        assertThat(cell.status("ada", 1_050, settings, 950, 950))
                .isEqualTo(UserStatus.of("ada", Presence.OFFLINE, 50, 1_000));
        assertThat(cell.status("ada", 1_051, settings, 951, 951)).isEqualTo(UserStatus.of("ada", Presence.OFFLINE));
        assertThat(cell.keepMillis(settings, 1_049)).isEqualTo(2);
        assertThat(cell.keepMillis(settings, 1_050)).isEqualTo(1);
        assertThat(cell.keepMillis(settings, 1_051)).isZero();
        assertThat(cell.keepMillis(settings, 9_000)).isZero();
    }

    @Test
    void withoutRetentionNothingIsKnownOfAnOfflineUser() {
        StoreSettings forgetful = settings.withRetention(Duration.ZERO);
        cell.word = UserCell.lapsed(50);
        assertThat(cell.status("ada", 50, forgetful, 0, 0)).isEqualTo(UserStatus.of("ada", Presence.OFFLINE));
        assertThat(cell.keepMillis(forgetful, 50)).isZero();
        cell.word = UserCell.live(50);
        assertThat(cell.status("ada", 50, forgetful, 0, 0)).isEqualTo(UserStatus.of("ada", Presence.ONLINE, 50, 0));
        assertThat(cell.status("ada", 151, forgetful, 51, 51)).isEqualTo(UserStatus.of("ada", Presence.OFFLINE));
    }

    @Test
    void nothingIsKnownOfSomeoneNobodySaw() {
        assertThat(cell.status("ada", 50, settings, ANY, ANY)).isEqualTo(UserStatus.of("ada", Presence.OFFLINE));
    }

    @Test
    void anOfflineUserIsKeptForTheLongestMark() {
        cell.sessions = new Session[] {
            Session.tombstone("a", 60, 1), Session.tombstone("b", 80, 1), Session.tombstone("c", 70, 1)
        };
        assertThat(cell.keepMillis(settings, 100)).isEqualTo(81);
        assertThat(cell.keepMillis(settings, 180)).isEqualTo(1);
        assertThat(cell.keepMillis(settings, 181)).isZero();
        cell.word = UserCell.lapsed(0);
        assertThat(cell.keepMillis(settings, 100)).isEqualTo(901);
        assertThat(cell.keepMillis(settings.withRetention(Duration.ZERO), 100)).isEqualTo(81);
    }
}
