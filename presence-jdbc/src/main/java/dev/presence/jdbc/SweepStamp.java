package dev.presence.jdbc;

import dev.presence.SweepRequest;
import dev.presence.WriteBatch;
import java.sql.PreparedStatement;

/**
 * What a sweep notes of itself, for all nodes.
 *
 * @param flush how long an accepted beat may wait on any node
 */
record SweepStamp(long flush, long flushAt, long quietUntil, long benefitFrom) {
    static SweepStamp of(GroupRow row, SweepRequest request, Moment moment, Reckoning reckoning) {
        boolean isLongest = request.flushMillis() >= row.flush || row.now - row.flushAt > moment.timeout();
        long flush = isLongest ? request.flushMillis() : row.flush;
        long flushAt = isLongest ? row.now : row.flushAt;
        long certain = reckoning.certain(row.now);
        boolean isNews =
                certain != Reckoning.UNKNOWN && row.swept <= certain + WriteBatch.FENCE_MILLIS; // none swept since
        if (row.sweeps().isGap(row.now, request.periodMillis())) {
            certain = row.swept;
        } else if (!isNews) {
            return new SweepStamp(flush, flushAt, row.quietUntil, row.benefitFrom);
        }
        return new SweepStamp(
                flush, flushAt, row.now + moment.timeout(), row.sweeps().benefit(certain, moment.timeout()));
    }

    /** Returns false if another node noted a sweep meanwhile. */
    boolean write(Agreement agreement, GroupRow row, SweepRequest request) {
        String sql = "UPDATE " + agreement.tables.group() + " SET high = ?, swept = ?, period_ms = ?, flush_ms = ?,"
                + " flush_at = ?, quiet_until = ?, benefit_from = ?, turn_node = ?, turn_until = ?"
                + " WHERE grp = ? AND swept = ? AND quiet_until = ? AND epoch = ? AND version = ?";
        return agreement.database.single("noting a sweep", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setLong(1, row.now);
                statement.setLong(2, row.now);
                statement.setLong(3, request.periodMillis());
                statement.setLong(4, flush);
                statement.setLong(5, flushAt);
                statement.setLong(6, quietUntil);
                statement.setLong(7, benefitFrom);
                statement.setString(8, request.node());
                statement.setLong(
                        9,
                        row.now
                                + Math.min(
                                                request.periodMillis(),
                                                row.settings.timeout().toMillis())
                                        * 3
                                        / 2);
                statement.setInt(10, row.group);
                statement.setLong(11, row.swept);
                statement.setLong(12, row.quietUntil);
                statement.setLong(13, row.epoch);
                statement.setLong(14, row.settings.version());
                return statement.executeUpdate() > 0;
            }
        });
    }
}
