package dev.presence.inmemory;

import dev.presence.Presence;
import dev.presence.StoreSettings;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * The lock-free half of a user (renewals and reads) against changes, which the map's lock runs one at a time: every
 * interleaving that the model checker finds is as if the calls had come one after the other.
 */
public class UserCellLincheckTest {
    private static final long NOW = 1_000;

    private final StoreSettings settings = StoreSettings.defaults();
    private final UserCell cell = new UserCell("ada");

    @Operation
    public void beat() {
        beat("");
    }

    @Operation
    public void beatOnPhone() {
        beat("phone");
    }

    private void beat(String session) {
        if (!cell.renew(session, NOW)) {
            synchronized (this) {
                SessionChange change = new SessionChange(cell, settings, NOW);
                change.beat(session, NOW, SessionChange.DIRECT);
                change.publish();
            }
        }
    }

    @Operation
    public synchronized void endPhone() {
        SessionChange change = new SessionChange(cell, settings, NOW);
        change.end("phone", NOW, 1);
        change.publish();
    }

    @Operation
    public synchronized void endAll() {
        SessionChange change = new SessionChange(cell, settings, NOW);
        change.endAll(NOW, 1);
        change.publish();
    }

    @Operation
    public Presence status() {
        return cell.status("ada", NOW, settings, NOW - 30_000, NOW - 30_000).presence();
    }

    @Test
    void modelChecking() {
        new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(100)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(UserCellLincheckTest.class);
    }

    @Test
    void stress() {
        new StressOptions()
                .iterations(30)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(3)
                .check(UserCellLincheckTest.class);
    }
}
