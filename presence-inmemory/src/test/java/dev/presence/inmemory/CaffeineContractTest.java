package dev.presence.inmemory;

import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import dev.presence.testkit.PresenceStoreContract;

/** The in-process store keeps the contract. */
class CaffeineContractTest extends PresenceStoreContract {
    @Override
    protected PresenceStore open(StoreSettings settings, PresenceClock clock) {
        return CaffeinePresenceStore.builder().settings(settings).clock(clock).build();
    }
}
