package dev.presence.jdbc;

import dev.presence.PresenceClock;
import dev.presence.PresenceStoreException;
import dev.presence.StoreSettings;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes agree on, kept in the rows of the groups: the first node writes them, later ones have to agree, or bring a newer
 * version. Also what all calls to the database need. Thread-safe.
 */
final class Agreement {
    /** How often a call is made again when the nodes had to agree anew. */
    static final int MOST_TRIES = 5;

    private static final SecureRandom RANDOM = new SecureRandom();

    final Database database;
    final Dialect dialect;
    final Layer layer;
    final Tables tables;
    final Reckoning reckoning;
    final Progress progress = new Progress();
    private final @Nullable PresenceClock storeClock; // tells the store's time where it is not the database that does
    private volatile Agreed agreed;

    /**
     * What is agreed on.
     *
     * @param groups into how many groups the users are spread
     */
    record Agreed(StoreSettings settings, int groups) {}

    Agreement(
            Database database,
            Dialect dialect,
            Layer layer,
            Tables tables,
            Reckoning reckoning,
            @Nullable PresenceClock storeClock,
            Agreed ours) {
        this.database = database;
        this.dialect = dialect;
        this.layer = layer;
        this.tables = tables;
        this.reckoning = reckoning;
        this.storeClock = storeClock;
        this.agreed = ours;
        agreeAnew();
        ours.settings().requireNewerThan(agreed.settings());
    }

    StoreSettings settings() {
        return agreed.settings();
    }

    int groups() {
        return agreed.groups();
    }

    boolean isDriven() {
        return storeClock != null;
    }

    UserKey key(String user) {
        return UserKey.of(user, agreed.groups());
    }

    /** The store's time now, as this node reckons it by what the leader told; unknown before its first answer. */
    long now() {
        PresenceClock clock = storeClock;
        return clock == null ? reckoning.now() : clock.millis();
    }

    /** Binds what is told in place of the database's time, if it is. */
    void bindClock(PreparedStatement statement, int place) throws SQLException {
        PresenceClock clock = storeClock;
        if (clock == null) {
            statement.setNull(place, java.sql.Types.BIGINT);
        } else {
            statement.setLong(place, clock.millis());
        }
    }

    /** Reads one group; null if there is no such row. */
    @Nullable
    GroupRow read(Connection connection, int group) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(GroupRow.select(tables, dialect, " WHERE grp = ?"))) {
            bindClock(statement, 1);
            statement.setInt(2, group);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? GroupRow.of(result) : null;
            }
        }
    }

    Optional<GroupRow> read(int group) {
        return database.single("reading a group", connection -> Optional.ofNullable(read(connection, group)));
    }

    /** Whether a row is by what this node knows; else it has to agree anew. */
    boolean isCurrent(@Nullable GroupRow row) {
        return row != null && row.settings.version() == settings().version() && row.run.equals(row.runNow);
    }

    PresenceStoreException disagreement() {
        return new PresenceStoreException(
                "the settings in the database change faster than they can be read, or some nodes use others");
    }

    List<GroupRow> readAll() {
        return database.single("reading the groups", connection -> {
            List<GroupRow> rows = new ArrayList<>();
            try (PreparedStatement statement =
                    connection.prepareStatement(GroupRow.select(tables, dialect, " ORDER BY grp"))) {
                bindClock(statement, 1);
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        rows.add(GroupRow.of(result));
                    }
                }
            }
            return rows;
        });
    }

    /** Takes what other nodes agreed on meanwhile, brings what is newer here, and makes groups that are missing. */
    void agreeAnew() {
        for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
            List<GroupRow> rows = readAll();
            for (GroupRow row : rows) {
                if (row.settings.version() >= settings().version() || row.groups != groups()) {
                    boolean isNewer = row.settings.version() >= settings().version();
                    agreed = new Agreed(isNewer ? row.settings : settings(), row.groups);
                }
            }
            boolean hasChanged = false;
            Set<Integer> missing = new HashSet<>();
            for (int group = 0; group < groups(); group++) {
                missing.add(group);
            }
            for (GroupRow row : rows) {
                missing.remove(row.group);
                if (row.settings.version() < settings().version()) {
                    bringSettings(row.group);
                    hasChanged = true;
                } else if (!row.run.equals(row.runNow)) {
                    startNewEpoch(row);
                    hasChanged = true;
                }
            }
            for (int group : missing) {
                make(group);
                hasChanged = true;
            }
            if (!hasChanged) {
                return;
            }
        }
        throw disagreement();
    }

    private void make(int group) {
        String run = database.single("asking which database this is", connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT " + dialect.run());
                    ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getString(1);
            }
        });
        String sql = dialect.upsert(tables.group(), GroupRow.COLUMNS, "grp", 1);
        database.single("making a group", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                GroupRow.bindNew(statement, 1, group, agreed, run, newEpoch());
                return statement.executeUpdate();
            }
        });
    }

    private static long newEpoch() {
        return RANDOM.nextLong() >>> 1;
    }

    /** What is due is looked at again: by a shorter timeout it may be due sooner. */
    private void bringSettings(int group) {
        StoreSettings settings = settings();
        String sql = "UPDATE " + tables.group() + " SET version = ?, timeout_ms = ?, grace_ms = ?, retention_ms = ?,"
                + " sessions = ? WHERE grp = ? AND version < ?";
        database.transaction("changing the settings", connection -> {
            try (PreparedStatement update = connection.prepareStatement(sql);
                    PreparedStatement due = connection.prepareStatement(
                            "UPDATE " + tables.bucket() + " SET due = 0, trim_due = 0 WHERE grp = ?")) {
                update.setLong(1, settings.version());
                update.setLong(2, settings.timeout().toMillis());
                update.setLong(3, settings.grace().toMillis());
                update.setLong(4, settings.retention().toMillis());
                update.setInt(5, settings.maximumSessions());
                update.setInt(6, group);
                update.setLong(7, settings.version());
                due.setInt(1, group);
                return due.executeUpdate() + update.executeUpdate(); // in the order in which all lock them
            }
        });
    }

    /** Another database took over: what the last one acknowledged may be missing, and numbers be given out again. */
    private void startNewEpoch(GroupRow row) {
        long timeout = row.settings.timeout().toMillis();
        long certain = row.swept == 0 ? row.now : row.swept;
        String sql = "UPDATE " + tables.group() + " SET run = ?, epoch = ?, quiet_until = ?, benefit_from = ?"
                + " WHERE grp = ? AND epoch = ?";
        database.single("starting a new epoch", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, row.runNow);
                statement.setLong(2, newEpoch());
                statement.setLong(3, row.now + timeout);
                statement.setLong(4, row.sweeps().benefit(certain, timeout));
                statement.setInt(5, row.group);
                statement.setLong(6, row.epoch);
                return statement.executeUpdate();
            }
        });
    }
}
