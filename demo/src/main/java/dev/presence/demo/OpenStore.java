package dev.presence.demo;

import dev.presence.PresenceStore;

/**
 * A store that is open, and what ends with it.
 *
 * @param store the store
 * @param afterwards what to do when it is closed
 */
record OpenStore(PresenceStore store, Runnable afterwards) implements AutoCloseable {
    @Override
    public void close() {
        try {
            store.close();
        } finally {
            afterwards.run();
        }
    }
}
