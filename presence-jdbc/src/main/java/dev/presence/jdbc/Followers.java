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
 * that does not answer, or is far behind, is left alone for a while; then one reader tries it, and all others once it answered.
 * Thread-safe.
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
        Long trial = agreement.reckoning.elapsedMillis() + AWAY_MILLIS;
        if (rest != null && (trial - AWAY_MILLIS < rest || !restUntil.replace(group, rest, trial))) {
            return Optional.empty(); // it rests, or another reader is the one that tries whether it is back
        }
        try {
            Optional<T> answer = database.single(purpose, work);
            if (rest != null) {
                restUntil.remove(group, trial);
            }
            return answer;
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
        agreement.progress.note(
                group.group, group.epoch, group.last, Progress.OF_A_FOLLOWER); // the next may be another
        return Optional.of(group.moment(now, agreement));
    }

    /** All groups, if each is new enough. */
    Optional<List<GroupGlance>> all() {
        return ask(ALL_GROUPS, "reading the groups", connection -> {
            List<GroupGlance> glances = glances(connection);
            boolean areInStep = glances.size() == agreement.groups()
                    && glances.stream().allMatch(one -> moment(one).isPresent());
            return areInStep ? Optional.of(glances) : Optional.empty();
        });
    }

    private List<GroupGlance> glances(Connection connection) throws SQLException {
        List<GroupGlance> glances = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT " + GroupGlance.COLUMNS + " FROM " + agreement.tables.group() + " g");
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                glances.add(GroupGlance.of(result, 1));
            }
        }
        return glances;
    }
}
