package dev.presence.testkit;

import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;

/**
 * The contract of {@link PresenceStore}: extend it, open your store in {@link #open}, and run it with JUnit 5 or 6.
 *
 * <p>Each test is named after the rule that it proves (R1 to R19, told in the project's {@code RATIONALE.md}). Time is driven:
 * a store is opened on a {@link dev.presence.ManualClock} and has to take its time from it, so that all bounds are tested to the
 * millisecond and nothing sleeps. Tracker rules run on your store behind a {@link FaultyStore}. The last test runs random
 * concurrent histories and checks each against a sequential model; {@code -Dpresence.histories} sets their number (default
 * 10,000) and {@code -Dpresence.seed} replays one.
 */
public abstract class PresenceStoreContract
        implements R01Online,
                R02Unknown,
                R03NewestWins,
                R04Disconnect,
                R05EndedStaysEnded,
                R06TransitionsOnce,
                R06ListenersHear,
                R06ViewsFollow,
                R07ClaimReChecks,
                R08LastSeenSurvives,
                R10OneClock,
                R11Ids,
                R12Settings,
                R13Lifecycle,
                R13TrackerLifecycle,
                R14NothingAcceptedIsLost,
                R15NoExodus,
                R15TrackerNoExodus,
                R16ListenersAreApart,
                R17OwnWrites,
                R18CountAndList,
                R19Forget,
                ConcurrencyRules {
    private final Deque<Runnable> closers = new ArrayDeque<>();

    /** For subclasses. */
    protected PresenceStoreContract() {}

    /**
     * Opens a store that knows nobody.
     *
     * @param settings its settings
     * @param clock the clock that it is to take for its store clock, and give to trackers; the caller's to close
     * @return a store, closed by the contract
     */
    protected abstract PresenceStore open(StoreSettings settings, PresenceClock clock);

    /**
     * Opens the same store once more, as another node would: same data, same clock. Unless overridden, the store itself.
     *
     * @param store what {@link #open} returned
     * @return another view of it, closed by the contract
     */
    protected PresenceStore openAnother(PresenceStore store) {
        return store;
    }

    @Override
    public final PresenceStore given(StoreSettings settings, PresenceClock clock) {
        PresenceStore store = open(settings, clock);
        afterTest(store::close);
        return store;
    }

    @Override
    public final PresenceStore another(PresenceStore store) {
        PresenceStore another = openAnother(store);
        afterTest(another::close);
        return another;
    }

    @Override
    public final void afterTest(Runnable action) {
        closers.push(action);
    }

    @AfterEach
    final void closeAll() {
        while (!closers.isEmpty()) {
            closers.pop().run();
        }
    }
}
