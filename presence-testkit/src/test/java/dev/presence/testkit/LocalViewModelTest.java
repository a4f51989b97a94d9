package dev.presence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.ManualClock;
import dev.presence.StatusBatch;
import dev.presence.StoreSettings;
import dev.presence.UserStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No view is wrong beyond its bound, whatever fails; and a store that would make it so is found out. */
final class LocalViewModelTest {
    private static final int HISTORIES = 400;

    @Test
    void noViewIsWrongBeyondItsBound() {
        Long replay = Long.getLong("presence.seed");
        long first = replay != null ? replay : new Random().nextLong();
        for (long seed = first; seed < first + (replay != null ? 1 : HISTORIES); seed++) {
            try {
                new ViewHistory(seed, WatchedStore::new).run();
            } catch (AssertionError e) {
                throw new AssertionError("replay with -Dpresence.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    static List<BiFunction<StoreSettings, ManualClock, WatchedStore>> broken() {
        return List.of(LosesEntries::new, HidesTrims::new, ForgetsClaims::new, AnswersLate::new);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void brokenStoreIsFound(BiFunction<StoreSettings, ManualClock, WatchedStore> open) {
        List<Long> found = new ArrayList<>();
        for (long seed = 0; seed < HISTORIES && found.isEmpty(); seed++) {
            try {
                new ViewHistory(seed, open).run();
            } catch (AssertionError e) {
                found.add(seed);
            }
        }
        assertThat(found).isNotEmpty();
    }

    /** One entry in twenty is left out. */
    private static final class LosesEntries extends WatchedStore {
        LosesEntries(StoreSettings settings, ManualClock clock) {
            super(settings, clock);
        }

        @Override
        public synchronized FeedPage feed(FeedPosition after, int limit) {
            FeedPage page = super.feed(after, limit);
            return new FeedPage(
                    page.continuity(),
                    page.entries().stream()
                            .filter(entry -> entry.sequence().number() % 20 != 0)
                            .toList(),
                    page.next());
        }
    }

    /** What the feed no longer has was never there. */
    private static final class HidesTrims extends WatchedStore {
        HidesTrims(StoreSettings settings, ManualClock clock) {
            super(settings, clock);
        }

        @Override
        public synchronized FeedPage feed(FeedPosition after, int limit) {
            FeedPage page = super.feed(after, limit);
            return new FeedPage(FeedPage.Continuity.COMPLETE, page.entries(), page.next());
        }
    }

    /** Who lapsed looks claimed. */
    private static final class ForgetsClaims extends WatchedStore {
        ForgetsClaims(StoreSettings settings, ManualClock clock) {
            super(settings, clock);
        }

        @Override
        UserStatus answered(UserStatus status) {
            return status.isUnclaimed() ? UserStatus.of(status.user(), status.presence()) : status;
        }
    }

    /** Statuses are those of a replica that is a while behind. */
    private static final class AnswersLate extends WatchedStore {
        private final Deque<StatusBatch> earlier = new ArrayDeque<>();
        private final ManualClock watch;

        AnswersLate(StoreSettings settings, ManualClock clock) {
            super(settings, clock);
            watch = clock;
        }

        @Override
        public synchronized StatusBatch statuses(List<String> users) {
            List<String> all = List.of("u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7");
            earlier.add(super.statuses(all));
            while (earlier.size() > 1 && watch.millis() - earlier.getFirst().nowMillis() > 5_000) {
                earlier.removeFirst();
            }
            StatusBatch old = earlier.getFirst();
            return new StatusBatch(
                    watch.millis(),
                    users.stream()
                            .map(user -> old.statuses().get(all.indexOf(user)))
                            .toList());
        }
    }
}
