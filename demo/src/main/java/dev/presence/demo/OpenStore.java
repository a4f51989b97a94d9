package dev.presence.demo;

import dev.presence.PresenceStore;
import java.util.Optional;

/**
 * A store that is open, and what ends with it.
 *
 * @param store the store
 * @param address where further nodes find the same users, if they can
 * @param afterwards what to do when it is closed
 */
record OpenStore(PresenceStore store, Optional<String> address, Runnable afterwards) implements AutoCloseable {
    @Override
    public void close() {
        try {
            store.close();
        } finally {
            afterwards.run();
        }
    }
}
