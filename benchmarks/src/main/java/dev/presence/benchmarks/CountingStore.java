package dev.presence.benchmarks;

import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.OnlinePage;
import dev.presence.PresenceClock;
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
import java.util.function.LongConsumer;

/** Another store that says how many writes it has recorded. */
final class CountingStore implements SignallingPresenceStore {
    private final SignallingPresenceStore store;
    private final LongConsumer recorded;

    CountingStore(SignallingPresenceStore store, LongConsumer recorded) {
        this.store = store;
        this.recorded = recorded;
    }

    @Override
    public StoreReply record(WriteBatch batch) {
        StoreReply reply = store.record(batch);
        if (reply.verdict() == StoreReply.Verdict.DONE) {
            recorded.accept(batch.writes().stream()
                    .filter(write -> !reply.unreached().contains(write.user()))
                    .count());
        }
        return reply;
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
    public StatusBatch statuses(List<String> users) {
        return store.statuses(users);
    }

    @Override
    public SweepReply expire(SweepRequest request) {
        return store.expire(request);
    }

    @Override
    public FeedPage feed(FeedPosition after, int limit) {
        return store.feed(after, limit);
    }

    @Override
    public OnlinePage online(String cursor, int limit) {
        return store.online(cursor, limit);
    }

    @Override
    public StoreStats stats() {
        return store.stats();
    }

    @Override
    public Subscription onFeed(Runnable signal) {
        return store.onFeed(signal);
    }

    @Override
    public void close() {
        store.close();
    }
}
