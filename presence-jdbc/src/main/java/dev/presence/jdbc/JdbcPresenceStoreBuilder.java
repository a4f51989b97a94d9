package dev.presence.jdbc;

import dev.presence.PresenceClock;
import dev.presence.PresenceStoreException;
import dev.presence.StoreSettings;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Settings of a store in a database. Not thread-safe; can be used again. */
public final class JdbcPresenceStoreBuilder {
    private static final int MOST_GROUPS = 1_024;

    private final DataSource dataSource;
    private StoreSettings settings = StoreSettings.defaults();
    private String tablePrefix = Tables.DEFAULT_PREFIX;
    private @Nullable String schema;
    private int groups = 1;
    private Duration queryTimeout = Duration.ofSeconds(5);
    private @Nullable PresenceClock clock;
    private @Nullable DataSource listening;
    private Schema tables = Schema.EXISTS;
    private @Nullable DataSource followers;
    private Database.Singles singles = Database.Singles.PLAIN;

    private enum Schema {
        EXISTS,
        CREATED,
        CREATED_UNLOGGED
    }

    JdbcPresenceStoreBuilder(DataSource dataSource) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    }

    /**
     * A session with no beat for longer than this is lapsed. Default: 30 s; at least 1 ms. Shared by all nodes.
     *
     * @param value the timeout
     * @return this
     */
    public JdbcPresenceStoreBuilder timeout(Duration value) {
        settings = settings.withTimeout(value);
        return this;
    }

    /**
     * How much longer than the timeout the offline transition waits. Default: zero. Shared by all nodes.
     *
     * @param value the grace
     * @return this
     */
    public JdbcPresenceStoreBuilder grace(Duration value) {
        settings = settings.withGrace(value);
        return this;
    }

    /**
     * How long last seen is kept, counted from last seen, once the user is offline. Default: 30 days. Zero forgets at once,
     * {@link StoreSettings#UNLIMITED} never. Shared by all nodes.
     *
     * @param value the retention
     * @return this
     */
    public JdbcPresenceStoreBuilder retention(Duration value) {
        settings = settings.withRetention(value);
        return this;
    }

    /**
     * The most live sessions of one user; when one more begins, the oldest goes. Default: 16. Shared by all nodes.
     *
     * @param value the cap
     * @return this
     */
    public JdbcPresenceStoreBuilder maximumSessions(int value) {
        settings = settings.withMaximumSessions(value);
        return this;
    }

    /**
     * All shared settings at once. To change them for nodes that run, raise {@link StoreSettings#version()}.
     *
     * @param value the settings
     * @return this
     */
    public JdbcPresenceStoreBuilder settings(StoreSettings value) {
        settings = Objects.requireNonNull(value, "settings");
        return this;
    }

    /**
     * What the names of all tables begin with. Default: {@code presence_}. Tenants with different prefixes never meet.
     *
     * @param value 1 to 32 of {@code a-z}, {@code 0-9} and {@code _}
     * @return this
     * @throws IllegalArgumentException if it is anything else
     */
    public JdbcPresenceStoreBuilder tablePrefix(String value) {
        tablePrefix = new Tables(null, value).prefix();
        return this;
    }

    /**
     * The schema, or database of MySQL, that the tables are in. Default: that of the connections.
     *
     * @param value 1 to 32 of {@code a-z}, {@code 0-9} and {@code _}
     * @return this
     * @throws IllegalArgumentException if it is anything else
     */
    public JdbcPresenceStoreBuilder schema(String value) {
        schema = new Tables(value, tablePrefix).schema();
        return this;
    }

    /**
     * Creates the tables that are missing when the store is built. Default: they have to be there.
     *
     * @return this
     */
    public JdbcPresenceStoreBuilder createSchema() {
        tables = Schema.CREATED;
        return this;
    }

    /**
     * The same, with tables of PostgreSQL that are not logged: less is written for each beat, but a crash of the database empties
     * them, and replicas have nothing. Users who are online come back with their next beat; last seen of all others is gone.
     *
     * @return this
     */
    public JdbcPresenceStoreBuilder createUnloggedSchema() {
        tables = Schema.CREATED_UNLOGGED;
        return this;
    }

    /**
     * Into how many groups users are spread. Default: 1, which is right for one database. Over a sharding data source it is a
     * multiple of the number of shards, and column {@code grp} is what to shard by. The first node decides it for all.
     *
     * @param value the number of groups
     * @return this
     */
    public JdbcPresenceStoreBuilder groups(int value) {
        if (value < 1 || value > MOST_GROUPS) {
            throw new IllegalArgumentException("groups must be between 1 and " + MOST_GROUPS + ", not " + value);
        }
        groups = value;
        return this;
    }

    /**
     * A pool of connections to followers of the database (read replicas), which the store only reads from. Default: none. Statuses,
     * the online list and the online count are read there where that is good enough; all else, and who has to be certain, from the
     * database itself, the leader.
     *
     * <p>What a caller may see: an answer that is behind by as much as the follower is. So a transition made elsewhere shows later, and
     * last seen may be older, than the leader would say. It is behind by at most three sweep intervals of the trackers (3 s by
     * default). What a caller never sees: a transition taken back. A follower that lacks one of which this store has told, be it by its feed, by
     * a status, or as the outcome of its own writes, is not believed. Nor is one that has not heard of a sweep for three intervals. Of users
     * who seem to have lapsed the leader is asked, as their beats may be on the way. Ages and time-outs go by the leader's time;
     * the clock of a follower does not matter.
     *
     * <p>A follower that does not answer within {@link #queryTimeout}, or fails in any way, is left alone for 5 s. Give its pool a
     * short time to wait for connections, since reads wait for it before they ask the leader.
     *
     * @param value a pool for this store alone, which the caller closes
     * @return this
     */
    public JdbcPresenceStoreBuilder followers(DataSource value) {
        followers = Objects.requireNonNull(value, "followers");
        return this;
    }

    /**
     * The data source itself sends reads to followers, unless they are part of a transaction, as the read/write splitting of Apache
     * ShardingSphere does. Then all that the leader has to answer is asked in a transaction, and the rest is read as from
     * {@link #followers}, with what is said there of lag. Default: it does not.
     *
     * @return this
     */
    public JdbcPresenceStoreBuilder readWriteSplitting() {
        singles = Database.Singles.IN_TRANSACTIONS;
        return this;
    }

    /**
     * How long a call waits for an answer of the database before it gives the connection up and fails. Default: 5 s. How long it
     * waits for a connection is the pool's to say.
     *
     * @param value the timeout
     * @return this
     */
    public JdbcPresenceStoreBuilder queryTimeout(Duration value) {
        if (value.isNegative() || value.toMillis() == 0) {
            throw new IllegalArgumentException("queryTimeout must be at least 1 ms, not " + value);
        }
        queryTimeout = value;
        return this;
    }

    /**
     * Has nodes tell each other of transitions by {@code NOTIFY}, on PostgreSQL with its own driver; set it on all nodes. Default:
     * they look for them four times a second, which they do in any case. It takes one connection of this source for as long
     * as the store is open, so that a pool has to have one more. Where notifications do not arrive, as behind a pooler of transactions,
     * or while the connection is lost, looking has to do.
     *
     * @param value where to listen: the pool itself, or connections that go straight to the database
     * @return this
     */
    public JdbcPresenceStoreBuilder listenOn(DataSource value) {
        listening = Objects.requireNonNull(value, "listenOn");
        return this;
    }

    /**
     * A clock that tells the store's time in place of the database, for tests and replays. All nodes have to share it: give
     * further stores {@link JdbcPresenceStore#clock()} of the first.
     *
     * @param value a clock that the caller closes
     * @return this
     */
    public JdbcPresenceStoreBuilder clock(PresenceClock value) {
        clock = Objects.requireNonNull(value, "clock");
        return this;
    }

    /**
     * Asks the database what it is, creates the tables if asked to, and agrees with the other nodes on what is shared.
     *
     * @return a store, to be closed by the caller
     * @throws PresenceStoreException if the database cannot be used
     * @throws IllegalArgumentException if the database is not supported, or cannot be listened to, or other nodes hold other settings that are as new; the
     *     message has both
     */
    public JdbcPresenceStore build() {
        Database database = new Database(dataSource, queryTimeout, singles);
        Tables names = new Tables(schema, tablePrefix);
        Dialect dialect = database.single("asking which database this is", Dialect::of);
        if (listening != null && dialect != Dialect.POSTGRESQL) {
            throw new IllegalArgumentException("only PostgreSQL can be listened to, not " + dialect.product());
        }
        if (tables != Schema.EXISTS) {
            Database plain =
                    new Database(dataSource, queryTimeout, Database.Singles.PLAIN); // layers look at new tables
            new SchemaScript(dialect, names, tables == Schema.CREATED_UNLOGGED).run(plain);
        }
        Layer layer = database.single("asking for arrays", connection -> Layer.of(connection, dialect));
        PresenceClock given = clock;
        PresenceClock driven = given == null ? null : PresenceClock.monotone(given);
        PresenceClock used = driven == null ? PresenceClock.system() : driven;
        try {
            Agreement agreement = new Agreement(
                    database,
                    dialect,
                    layer,
                    names,
                    new Reckoning(used),
                    driven,
                    new Agreement.Agreed(settings, groups));
            return new JdbcPresenceStore(
                    agreement, Beats.on(agreement), followers(agreement), used, given == null, listening);
        } catch (RuntimeException | Error e) {
            if (given == null) {
                used.close();
            }
            throw e;
        }
    }

    private @Nullable Followers followers(Agreement agreement) {
        DataSource given = followers;
        if (given == null && singles == Database.Singles.PLAIN) {
            return null;
        }
        DataSource source = given == null ? dataSource : given;
        return new Followers(agreement, new Database(source, queryTimeout, Database.Singles.PLAIN));
    }
}
