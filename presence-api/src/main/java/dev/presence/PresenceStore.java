package dev.presence;

import java.util.List;

/**
 * What a back end implements. Hosts call {@link HeartbeatTracker} instead.
 *
 * <p>Every method blocks until the store has answered, is safe to call from any thread, and throws
 * {@link PresenceStoreUnavailableException} where trying again may help, another {@link PresenceStoreException} where not,
 * and {@link IllegalStateException} after {@link #close()}. Store time is the store's alone: the greater of its clock and the
 * highest time it has seen. All times and ages are whole milliseconds.
 *
 * <p>The contract is proven by the test kit (module {@code presence-testkit}), rule by rule; {@code RATIONALE.md} shows
 * how a store on Redis Cluster or PostgreSQL can keep it.
 */
public interface PresenceStore extends AutoCloseable {
    /**
     * What all nodes agree on. Costs no I/O; may change while nodes run.
     *
     * @return the settings in force
     */
    StoreSettings settings();

    /**
     * The clock by which a tracker on this store measures and schedules. For the in-process store it is the store clock
     * too; for others only elapsed time is taken from it.
     *
     * @return the clock
     */
    PresenceClock clock();

    /**
     * Records beats, ends and erasures, in order. A transition is made in one step with its entry in the feed, and each user's
     * writes count as one change: a batch reports the net change of a user and no step between. Sending the same batch again
     * does no harm.
     *
     * <p>A write is stamped {@code madeAt - age}, at most now. A beat never moves last seen back; one that is lapsed already,
     * or not newer than the end of its session (tombstones last one timeout), moves last seen at most. Within a batch the
     * order decides between equal stamps; between batches the end wins. An erasure takes all the store knows of the
     * user, and beats that are not newer than itself or than what it took leave no trace.
     *
     * @param batch the writes with their fence; those of one user stand together
     * @return done, with the users of shards that could not be reached, if others could; or late if the fence refused all of it
     * @throws PresenceStoreUnavailableException if nothing could be recorded
     */
    StoreReply record(WriteBatch batch);

    /**
     * Answers for many users at once, in one round trip per shard up to 1,000 ids. Asking leaves no trace. In a quiet period a
     * user who was online when it was last certain stays online, marked stale, until a beat or an end is heard of. No users
     * asked is a question for the store's time.
     *
     * @param users the ids; may be empty, and may repeat
     * @return one status per position, with the store's time
     * @throws IllegalArgumentException if an id is malformed
     */
    StatusBatch statuses(List<String> users);

    /**
     * Claims users all of whose sessions have lapsed, each once in the fleet, after looking at their beats again; and trims
     * what outlived its retention. Claims nothing in a quiet period.
     *
     * @param request who asks, when, and how much at most
     * @return what was claimed, and when to come again
     */
    SweepReply expire(SweepRequest request);

    /**
     * Reads on in the event feed.
     *
     * @param after the position up to which the caller has read; {@link FeedPosition#END} answers with an empty page that
     *     tells where the feed ends
     * @param limit how many entries at most; a page with fewer has all that the feed had when it was asked
     * @return what follows
     */
    FeedPage feed(FeedPosition after, int limit);

    /**
     * Lists, page by page, the users whose last transition in the feed is to online: so a reader of the feed knows where it
     * stands. Those who stay so throughout appear exactly once.
     *
     * @param cursor {@link OnlinePage#START} or what the page before said
     * @param limit about how many ids at most
     * @return a page, which may be empty although others follow
     * @throws IllegalArgumentException if the cursor is not from this store
     */
    OnlinePage online(String cursor, int limit);

    /**
     * The online count and the store's own counters.
     *
     * @return the figures at some moment during the call
     */
    StoreStats stats();

    /** Lets go of what the store created, and of nothing it was given. Idempotent. Ends no session. */
    @Override
    void close();
}
