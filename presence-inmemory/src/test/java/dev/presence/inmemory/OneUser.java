package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.StoreSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** One user, of whom at most three sessions are kept, and what changes leave of them, in words. */
abstract class OneUser {
    static final long TIMEOUT = 100;
    static final long DIRECT = SessionChange.DIRECT;

    final StoreSettings settings = StoreSettings.defaults()
            .withTimeout(Duration.ofMillis(TIMEOUT))
            .withRetention(Duration.ofMillis(1_000))
            .withMaximumSessions(3);
    final UserCell cell = new UserCell("ada");

    /** Returns whether the user is live afterwards. */
    final boolean change(long now, Consumer<SessionChange> what) {
        SessionChange change = new SessionChange(cell, settings, now);
        what.accept(change);
        return change.publish();
    }

    final void beat(String session, long now) {
        assertThat(change(now, change -> change.beat(session, now, DIRECT))).isTrue();
    }

    static String word(long word) {
        return word == UserCell.NONE ? "nothing" : (UserCell.isLive(word) ? "live " : "seen ") + UserCell.time(word);
    }

    /** What readers see at any age. */
    final String look() {
        return word(cell.look(Long.MIN_VALUE));
    }

    /** What stands beside the word of the cell. */
    final List<String> others() {
        Session[] others = cell.sessions;
        return others == null
                ? List.of()
                : Arrays.stream(others).map(OneUser::words).toList();
    }

    private static String words(Session session) {
        return session.isTombstone()
                ? "end of " + session.id + " at " + session.ended + " by " + session.endedBy
                : session.id + " " + session.beat;
    }
}
