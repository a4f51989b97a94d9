package dev.presence.testkit;

import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;

/** The contract can be kept, by a store that is nothing but the model; also by one that has to be polled. */
class ModelStoreTest extends PresenceStoreContract {
    @Override
    protected PresenceStore open(StoreSettings settings, PresenceClock clock) {
        return new ModelStore(settings, clock);
    }
}
