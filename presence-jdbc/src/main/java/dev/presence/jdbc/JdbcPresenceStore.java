package dev.presence.jdbc;

import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.OnlinePage;
import dev.presence.PresenceClock;
import dev.presence.PresenceStoreException;
import dev.presence.SignallingPresenceStore;
import dev.presence.StatusBatch;
import dev.presence.StoreReply;
import dev.presence.StoreSettings;
import dev.presence.StoreStats;
import dev.presence.Subscription;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import dev.presence.WriteBatch;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Presence in a relational database: PostgreSQL 15 and later, MariaDB 10.6 and MySQL 8 and later, H2 2.2 and later.
 *
 * <p><b>Tables.</b> {@code presence_user} has a row for each user: the newest beat in epoch milliseconds, whether the user is
 * online, and for those who have named sessions or ended some, all of these packed into one value. So one lock on one row is all it
 * takes to change a user. {@code presence_bucket} says for each of {@value UserKey#BUCKETS} buckets of users when a sweep has to look
 * into it: no index has the time of a beat. {@code presence_group} has the settings that the nodes share, the number of the newest
 * transition, and how many are online. {@code presence_feed} has the recent transitions. Their definitions are in
 * {@code schema-postgresql.sql}, {@code schema-mysql.sql} and {@code schema-h2.sql} beside this class, for Flyway or Liquibase;
 * {@link JdbcPresenceStoreBuilder#createSchema} applies them.
 *
 * <p><b>Statements.</b> {@link #record}: on PostgreSQL one for all beats of users who have no named sessions, coming online
 * included; elsewhere three, and about eight more if some come online. Ends, named sessions and erasures take a transaction of about
 * eight statements, whatever their number. {@link #statuses}: one per 1,000 users. {@link #feed}: one. {@link #expire}: one
 * for nodes whose turn it is not; else a few, and a short transaction for each 128 buckets that are due. All values are parameters.
 *
 * <p><b>Connections.</b> The store takes one for each call and gives it back; each call commits by itself. So give it a pool of
 * its own, outside any transaction of the host, of two or three connections and those that reads need at once. The isolation is
 * read committed: a pool that has another costs round trips.
 *
 * <p><b>Followers.</b> {@link JdbcPresenceStoreBuilder#followers} names a second data source, of copies that may lag behind.
 * Statuses, the online list and the online count come from there where it is new enough; all else from the first.
 *
 * <p><b>Time</b> is the database's, and no time zone matters. It never runs back by more than the time between two sweeps, and
 * stamps and sequences not at all: the order of transitions is that of their numbers, not of their times.
 *
 * <p><b>Transitions.</b> A transition is written to the feed in the transaction that makes it. Its number is taken from the row of
 * the group, which is locked until the commit: numbers have no holes and become visible in their order, so a reader needs to wait for
 * nobody. Other nodes ask for the newest number several times a second; on PostgreSQL they can also be told, see
 * {@link JdbcPresenceStoreBuilder#listenOn}. The last 50,000 transitions and at most an hour are kept.
 *
 * <p><b>What is lost with the database.</b> What a commit does not survive: nothing by default; with asynchronous commits or
 * replicas what these lost; with unlogged tables of PostgreSQL everything in a crash. A database that took over is noticed by its
 * timeline (PostgreSQL) or server id (MySQL, MariaDB): the feed starts a new epoch, and nobody is claimed for one timeout. So all
 * connections have to reach one primary. A server that restarts after a crash with asynchronous commits is not noticed: it may
 * give the numbers of lost transitions to others, of which a reader that had come further hears nothing.
 *
 * <p>Thread-safe. Exceptions say what was attempted and carry no ids.
 */
public final class JdbcPresenceStore implements SignallingPresenceStore {
    private final Agreement agreement;
    private final PresenceClock clock;
    private final boolean ownsClock;
    private final Beats beats;
    private final @Nullable Followers followers;
    private final Change change;
    private final FeedReader feed;
    private final FeedWatch watch;
    private final @Nullable FeedNotices notices;
    private final Set<Integer> crowded = ConcurrentHashMap.newKeySet();
    private final LongAdder sessionsDropped = new LongAdder();
    private final AtomicBoolean closed = new AtomicBoolean();

    JdbcPresenceStore(
            Agreement agreement,
            Beats beats,
            @Nullable Followers followers,
            PresenceClock clock,
            boolean ownsClock,
            @Nullable DataSource listening) {
        this.agreement = agreement;
        this.beats = beats;
        this.followers = followers;
        this.clock = clock;
        this.ownsClock = ownsClock;
        change = new Change(agreement);
        feed = new FeedReader(agreement);
        watch = new FeedWatch(clock, agreement.isDriven(), feed);
        if (listening == null || agreement.isDriven()) {
            notices = null;
        } else {
            String channel = FeedNotices.channel(agreement.tables);
            notices = new FeedNotices(agreement.database, clock, channel);
            watch.listen(listening, channel, notices);
        }
    }

    /**
     * A store with default settings, whose tables exist.
     *
     * @param dataSource a pool of connections for this store alone, which the caller closes
     * @return a store, to be closed by the caller
     * @throws PresenceStoreException if the database cannot be used
     */
    public static JdbcPresenceStore create(DataSource dataSource) {
        return builder(dataSource).build();
    }

    /**
     * A store with settings.
     *
     * @param dataSource a pool of connections for this store alone, which the caller closes
     * @return a builder
     */
    public static JdbcPresenceStoreBuilder builder(DataSource dataSource) {
        return new JdbcPresenceStoreBuilder(dataSource);
    }

    @Override
    public StoreSettings settings() {
        return agreement.settings();
    }

    @Override
    public PresenceClock clock() {
        return clock;
    }

    /**
     * How far the database's clock is ahead of this host's, negative if it is behind, by the database's last answer. For an eye on the
     * clocks alone: no status depends on the host's.
     *
     * @return the difference, late by what the answer took to come
     */
    public Duration clockSkew() {
        long now = agreement.reckoning.now();
        return Duration.ofMillis(now == Reckoning.UNKNOWN ? 0 : now - clock.millis());
    }

    @Override
    public StoreReply record(WriteBatch batch) {
        requireOpen();
        if (batch.writes().isEmpty()) {
            return new StoreReply(StoreReply.Verdict.DONE, statuses(List.of()).nowMillis());
        }
        Recording recording = new Recording(agreement, beats, change, batch);
        StoreReply reply = recording.run();
        sessionsDropped.add(recording.sessionsDropped());
        tellIf(recording.hasTransitions());
        return reply;
    }

    private void tellIf(boolean hasTransitions) {
        if (notices != null && hasTransitions) {
            notices.feedGrew();
        }
    }

    /** Whether notifications of other nodes arrive. */
    boolean isListening() {
        return watch.isListening();
    }

    @Override
    public StatusBatch statuses(List<String> users) {
        requireOpen();
        return read(() -> new StatusRead(agreement, followers, users).run());
    }

    /** Reads again, by what the nodes agree on by then, where there was no answer. */
    private <T> T read(Supplier<@Nullable T> once) {
        for (int attempt = 0; attempt < Agreement.MOST_TRIES; attempt++) {
            T answer = once.get();
            if (answer != null) {
                return answer;
            }
            agreement.agreeAnew();
        }
        throw agreement.disagreement();
    }

    @Override
    public SweepReply expire(SweepRequest request) {
        requireOpen();
        SweepReply reply = new Sweep(agreement, request, crowded).run();
        tellIf(reply.claimed() > 0);
        return reply;
    }

    @Override
    public FeedPage feed(FeedPosition after, int limit) {
        requireOpen();
        long asking = agreement.progress.epochs();
        FeedPage page = feed.read(after, limit);
        page.next().last().forEach(last -> agreement.progress.note(last.group(), last.epoch(), last.number(), asking));
        return page;
    }

    @Override
    public Subscription onFeed(Runnable signal) {
        return watch.add(signal);
    }

    @Override
    public OnlinePage online(String cursor, int limit) {
        requireOpen();
        return new OnlineList(agreement, followers).page(cursor, limit);
    }

    @Override
    public StoreStats stats() {
        requireOpen();
        return new StoreStats(new OnlineList(agreement, followers).count(), sessionsDropped.sum(), 0, 0);
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the presence store is closed");
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            watch.close();
            if (ownsClock) {
                clock.close();
            }
        }
    }
}
