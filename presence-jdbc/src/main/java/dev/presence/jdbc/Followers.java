package dev.presence.jdbc;

import dev.presence.PresenceStoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of the database that lag behind it, and answer reads in its place. What one says counts only if it has heard of a sweep
 * lately, and of every transition that this node has told its callers of; it is judged by the leader's time, never by its own. One
 * that does not answer, or is far behind, is left alone for a while. Thread-safe.
 */
final class Followers {
    /** In place of a group where one statement asks for all. */
    static final int ALL_GROUPS = -1;

    private static final Logger log = LoggerFactory.getLogger(Followers.class);
    private static final long AWAY_MILLIS = 5_000;
    private static final long BEHIND_MILLIS = 1_000;

    private final Agreement agreement;
    private final Database database;
    private final Map<Integer, Long> restUntil = new ConcurrentHashMap<>(); // by group: they may be on several

    Followers(Agreement agreement, Database database) {
        this.agreement = agreement;
        this.database = database;
    }

    /** Asks a follower; empty if the leader has to be asked. */
    <T> Optional<T> ask(int group, String purpose, Database.Work<Optional<T>> work) {
        Long rest = restUntil.get(group);
        if (rest != null && agreement.reckoning.elapsedMillis() < rest) {
            return Optional.empty();
        }
        try {
            return database.single(purpose, work);
        } catch (PresenceStoreException e) {
            log.debug("A follower is passed over", e);
            rest(group, AWAY_MILLIS);
            return Optional.empty();
        }
    }

    private void rest(int group, long millis) {
        restUntil.put(group, agreement.reckoning.elapsedMillis() + millis);
    }

    /** By what to judge users of a group as a follower has it; empty if it is too far behind. */
    Optional<Moment> moment(GroupGlance group) {
        long reckoned = agreement.now();
        if (reckoned == Reckoning.UNKNOWN || group.sweeps.swept() == 0) {
            return Optional.empty();
        }
        long now = Math.max(reckoned, group.high);
        if (group.sweeps.isGap(now, 0)) {
            rest(group.group, BEHIND_MILLIS);
            return Optional.empty();
        }
        if (group.version != agreement.settings().version()
                || agreement.progress.isBeyond(group.group, group.epoch, group.last)) {
            return Optional.empty();
        }
        agreement.progress.note(group.group, group.epoch, group.last); // the next answer may be another follower's
        return Optional.of(group.moment(now, agreement));
    }

    /** Whether what this connection reads from now on is new enough. */
    boolean isInStep(Connection connection, int group) throws SQLException {
        List<GroupGlance> glances = glances(connection, agreement, " WHERE g.grp = " + group);
        return glances.size() == 1 && moment(glances.get(0)).isPresent();
    }

    /** All groups, if each is new enough. */
    Optional<List<GroupGlance>> all() {
        return ask(ALL_GROUPS, "reading the groups", connection -> {
            List<GroupGlance> glances = glances(connection, agreement, "");
            boolean areInStep = glances.size() == agreement.groups()
                    && glances.stream().allMatch(one -> moment(one).isPresent());
            return areInStep ? Optional.of(glances) : Optional.empty();
        });
    }

    /** How far a database is, which may be the leader. */
    static List<GroupGlance> glances(Connection connection, Agreement agreement, String condition) throws SQLException {
        List<GroupGlance> glances = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT " + GroupGlance.COLUMNS + " FROM " + agreement.tables.group() + " g" + condition);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                glances.add(GroupGlance.of(result, 1));
            }
        }
        return glances;
    }
}
