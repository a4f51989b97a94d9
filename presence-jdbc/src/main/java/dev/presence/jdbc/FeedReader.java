package dev.presence.jdbc;

import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.Sequence;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the feed, with one statement for each group. */
final class FeedReader {
    private final Agreement agreement;
    private final String sql;

    FeedReader(Agreement agreement) {
        this.agreement = agreement;
        sql = "SELECT g.epoch, g.last_seq, g.trimmed_seq, f.seq, f.transitions, f.at_ms, f.node FROM "
                + agreement.tables.group() + " g LEFT JOIN " + agreement.tables.feed()
                + " f ON f.grp = g.grp AND f.seq > ? AND f.seq < ? WHERE g.grp = ? ORDER BY f.seq";
    }

    FeedPage read(FeedPosition after, int limit) {
        if (after.last().isEmpty()) {
            return new FeedPage(FeedPage.Continuity.COMPLETE, List.of(), end());
        }
        if (after.last().size() != agreement.groups()) {
            return new FeedPage(FeedPage.Continuity.NEW_EPOCH, List.of(), end());
        }
        List<FeedEntry> entries = new ArrayList<>();
        List<Sequence> next = new ArrayList<>();
        PresenceStoreUnavailableException failure = null;
        int failed = 0;
        for (Sequence last : after.last()) {
            FeedPage.Continuity continuity = FeedPage.Continuity.COMPLETE;
            try {
                continuity = readOn(last, limit - entries.size(), entries);
            } catch (PresenceStoreUnavailableException e) { // the shard of that group: it is read when it is back
                failure = e;
                failed++;
            }
            if (continuity != FeedPage.Continuity.COMPLETE) {
                return new FeedPage(continuity, List.of(), end());
            }
            FeedEntry newest = entries.isEmpty() ? null : entries.get(entries.size() - 1);
            next.add(newest != null && newest.sequence().group() == last.group() ? newest.sequence() : last);
        }
        if (failure != null && failed == agreement.groups()) {
            throw failure;
        }
        FeedPage.Continuity continuity = failed > 0 ? FeedPage.Continuity.PARTIAL : FeedPage.Continuity.COMPLETE;
        return new FeedPage(continuity, entries, new FeedPosition(next));
    }

    private FeedPage.Continuity readOn(Sequence last, int left, List<FeedEntry> entries) {
        if (left == 0) {
            return FeedPage.Continuity.COMPLETE;
        }
        return agreement.database.single("reading the feed", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setLong(1, last.number());
                statement.setLong(2, last.number() + left + PackedTransitions.MOST);
                statement.setInt(3, last.group());
                try (ResultSet result = statement.executeQuery()) {
                    return take(result, last, left, entries);
                }
            }
        });
    }

    private static FeedPage.Continuity take(ResultSet result, Sequence last, int limit, List<FeedEntry> entries)
            throws SQLException {
        List<FeedEntry> taken = new ArrayList<>();
        boolean isKnown = false;
        while (result.next()) {
            long end = result.getLong(2);
            if (result.getLong(1) != last.epoch() || end < last.number()) {
                return FeedPage.Continuity.NEW_EPOCH;
            }
            if (result.getLong(3) > last.number()) {
                return FeedPage.Continuity.TRIMMED;
            }
            isKnown = true;
            byte[] packed = result.getBytes(5);
            if (packed != null) {
                Sequence newest = new Sequence(last.epoch(), last.group(), result.getLong(4));
                for (FeedEntry entry :
                        PackedTransitions.unpack(packed, result.getLong(6), result.getString(7), newest)) {
                    if (entry.sequence().number() > last.number() && taken.size() < limit) {
                        taken.add(entry);
                    }
                }
            }
        }
        entries.addAll(taken);
        return isKnown ? FeedPage.Continuity.COMPLETE : FeedPage.Continuity.NEW_EPOCH;
    }

    /** Where the feed ends now. */
    private FeedPosition end() {
        for (int attempt = 0; attempt < Agreement.MOST_TRIES; attempt++) {
            List<GroupRow> rows = agreement.readAll();
            if (rows.size() == agreement.groups()) {
                return new FeedPosition(rows.stream()
                        .map(row -> new Sequence(row.epoch, row.group, row.last))
                        .toList());
            }
            agreement.agreeAnew();
        }
        throw agreement.disagreement();
    }

    /** The sum of the newest numbers: it moves with every transition. */
    long head() {
        long head = 0;
        for (GroupRow row : agreement.readAll()) {
            head += row.last ^ row.epoch;
        }
        return head;
    }
}
