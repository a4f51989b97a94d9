package dev.presence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** A store that remembers what it was asked and answers what the test says; unless told, it records all and knows nobody. */
class ScriptedStore implements SignallingPresenceStore {
    final WatchedClock clock = new WatchedClock();
    final List<WriteBatch> batches = Collections.synchronizedList(new ArrayList<>());
    final List<List<String>> asked = Collections.synchronizedList(new ArrayList<>());
    final List<SweepRequest> sweeps = new ArrayList<>();
    final List<FeedPosition> feedReads = new ArrayList<>();
    final List<Runnable> signals = new ArrayList<>();

    StoreSettings settings = StoreSettings.defaults();
    long aheadMillis; // of the clock

    Function<WriteBatch, StoreReply> onRecord = batch -> done();
    Function<List<String>, StatusBatch> onStatuses = this::allOffline;
    Function<SweepRequest, SweepReply> onExpire = request -> swept(0, Long.MAX_VALUE);
    BiFunction<FeedPosition, Integer, FeedPage> onFeed =
            (after, limit) -> new FeedPage(FeedPage.Continuity.COMPLETE, List.of(), after);
    BiFunction<String, Integer, OnlinePage> onOnline = (cursor, limit) -> new OnlinePage(List.of(), OnlinePage.START);
    Supplier<StoreStats> onStats = () -> new StoreStats(0, 0, 0, 0);

    long now() {
        return clock.millis() + aheadMillis;
    }

    StoreReply done() {
        return new StoreReply(StoreReply.Verdict.DONE, now());
    }

    StoreReply late() {
        return new StoreReply(StoreReply.Verdict.LATE, now());
    }

    StatusBatch allOffline(List<String> users) {
        return new StatusBatch(
                now(),
                users.stream()
                        .map(user -> UserStatus.of(user, Presence.OFFLINE))
                        .toList());
    }

    SweepReply swept(int claimed, long nextDueMillis) {
        return new SweepReply(StoreReply.Verdict.DONE, now(), claimed, nextDueMillis);
    }

    static PresenceStoreUnavailableException down() {
        return new PresenceStoreUnavailableException("down");
    }

    /** Each batch as its writes' users. */
    List<List<String>> usersOfBatches() {
        return batches.stream()
                .map(batch -> batch.writes().stream().map(Write::user).toList())
                .toList();
    }

    @Override
    public StoreSettings settings() {
        return settings;
    }

    @Override
    public PresenceClock clock() {
        return clock;
    }

    @Override
    public StoreReply record(WriteBatch batch) {
        batches.add(batch);
        return onRecord.apply(batch);
    }

    @Override
    public StatusBatch statuses(List<String> users) {
        asked.add(users);
        return onStatuses.apply(users);
    }

    @Override
    public SweepReply expire(SweepRequest request) {
        sweeps.add(request);
        return onExpire.apply(request);
    }

    @Override
    public FeedPage feed(FeedPosition after, int limit) {
        feedReads.add(after);
        return onFeed.apply(after, limit);
    }

    @Override
    public OnlinePage online(String cursor, int limit) {
        return onOnline.apply(cursor, limit);
    }

    @Override
    public StoreStats stats() {
        return onStats.get();
    }

    @Override
    public Subscription onFeed(Runnable signal) {
        signals.add(signal);
        return () -> signals.remove(signal);
    }

    @Override
    public void close() {}
}
