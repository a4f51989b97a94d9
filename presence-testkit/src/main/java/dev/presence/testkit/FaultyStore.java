package dev.presence.testkit;

import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.OnlinePage;
import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.SignallingPresenceStore;
import dev.presence.StatusBatch;
import dev.presence.StoreReply;
import dev.presence.StoreSettings;
import dev.presence.StoreStats;
import dev.presence.Subscription;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import dev.presence.WriteBatch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Passes everything on to another store, unless told to fail. It hides that the other store takes beats directly, so that a
 * tracker on it buffers as it would for a server. Thread-safe.
 */
public final class FaultyStore implements SignallingPresenceStore {
    /** What goes wrong. */
    public enum Fault {
        /** Nothing. */
        NONE,
        /** No call reaches the store. */
        DOWN,
        /** Calls are carried out, but their answers are lost. */
        REPLIES_LOST
    }

    private final List<WriteBatch> batches = new CopyOnWriteArrayList<>();
    private volatile PresenceStore store;
    private volatile Fault fault = Fault.NONE;
    private volatile Runnable onTheWay = () -> {};

    /**
     * Wraps a store.
     *
     * @param store where calls go
     */
    public FaultyStore(PresenceStore store) {
        this.store = store;
    }

    /**
     * Goes wrong from now on.
     *
     * @param value how
     */
    public void fault(Fault value) {
        fault = value;
    }

    /**
     * Does something while the next batch or sweep is on its way to the store, such as letting time pass.
     *
     * @param action what to do, once
     */
    public void onTheWay(Runnable action) {
        onTheWay = action;
    }

    /**
     * Goes on with another store, as when a server restarts without its memory.
     *
     * @param empty the store that takes the place of the present one
     */
    public void replaceBy(PresenceStore empty) {
        store = empty;
    }

    /**
     * The batches that reached the store.
     *
     * @return a copy, in order
     */
    public List<WriteBatch> batches() {
        return List.copyOf(batches);
    }

    private <T> T call(Supplier<T> call) {
        if (fault == Fault.DOWN) {
            throw new PresenceStoreUnavailableException("the store is down, as it was told to be");
        }
        T answer = call.get();
        if (fault == Fault.REPLIES_LOST) {
            throw new PresenceStoreUnavailableException("the answer was lost, as it was told to be");
        }
        return answer;
    }

    private void travel() {
        Runnable action = onTheWay;
        onTheWay = () -> {};
        action.run();
    }

    @Override
    public StoreSettings settings() {
        return store.settings();
    }

    @Override
    public PresenceClock clock() {
        return store.clock();
    }

    @Override
    public StoreReply record(WriteBatch batch) {
        return call(() -> {
            travel();
            batches.add(batch);
            return store.record(batch);
        });
    }

    @Override
    public StatusBatch statuses(List<String> users) {
        return call(() -> store.statuses(users));
    }

    @Override
    public SweepReply expire(SweepRequest request) {
        return call(() -> {
            travel();
            return store.expire(request);
        });
    }

    @Override
    public FeedPage feed(FeedPosition after, int limit) {
        return call(() -> store.feed(after, limit));
    }

    @Override
    public OnlinePage online(String cursor, int limit) {
        return call(() -> store.online(cursor, limit));
    }

    @Override
    public StoreStats stats() {
        return call(() -> store.stats());
    }

    @Override
    public Subscription onFeed(Runnable signal) {
        return store instanceof SignallingPresenceStore signalling ? signalling.onFeed(signal) : () -> {};
    }

    @Override
    public void close() {
        store.close();
    }
}
