package dev.presence.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.StoreReply;
import dev.presence.WriteBatch;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One statement of PostgreSQL for any number of beats, with the transitions that they are: it judges the fence, changes the rows in
 * the order in which they come, has each tell whether it came online by that, and for those lowers the bucket, takes numbers and
 * writes the feed. Whoever has sessions or tombstones is left alone, and missing in the answer.
 *
 * <p>A row that another transaction has locked is waited for and looked at again as it is then, so all that decides lies in
 * it: of other tables the statement would still see what was there when it began.
 */
final class BeatsInArrays implements Beats {
    private final Agreement agreement;
    private final String sql;

    BeatsInArrays(Agreement agreement) {
        this.agreement = agreement;
        Tables tables = agreement.tables;
        sql = """
                WITH g AS MATERIALIZED (
                  SELECT greatest(%5$s, high) AS now, version, run = %6$s AS is_same, timeout_ms, grace_ms, grp, epoch
                  FROM %3$s WHERE grp = ?),
                ok AS MATERIALIZED (SELECT * FROM g WHERE abs(now - ?) <= %7$d AND version = ? AND is_same),
                b AS (
                  SELECT x.user_id, x.bucket, least(x.stamp, ok.now) AS stamp, ok.grp
                  FROM unnest(CAST(? AS bytea[]), CAST(? AS int[]), CAST(? AS bigint[])) AS x (user_id, bucket, stamp), ok
                  WHERE x.stamp >= ok.now - ok.timeout_ms),
                up AS (
                  INSERT INTO %1$s AS p (beat, bucket, grp, online, came, user_id)
                  SELECT stamp, bucket, grp, TRUE, TRUE, user_id FROM b
                  ON CONFLICT (user_id) DO UPDATE
                  SET beat = greatest(p.beat, excluded.beat), online = TRUE, came = NOT p.online
                  WHERE p.more IS NULL AND (p.online OR excluded.beat >= p.beat)
                  RETURNING user_id, bucket, beat, came),
                c AS MATERIALIZED (SELECT *, row_number() OVER () AS place FROM up WHERE came),
                d AS (
                  INSERT INTO %2$s AS k (grp, bucket, due, trim_due)
                  SELECT ok.grp, c.bucket, min(c.beat + ok.timeout_ms + ok.grace_ms + 1), 0 FROM c, ok
                  GROUP BY ok.grp, c.bucket ORDER BY c.bucket
                  ON CONFLICT (grp, bucket) DO UPDATE SET due = least(k.due, excluded.due)
                  RETURNING 1),
                n AS (
                  UPDATE %3$s SET last_seq = last_seq + x.count, online_users = online_users + x.count
                  FROM (SELECT count(*) FROM c) x, (SELECT count(*) FROM d) y
                  WHERE grp = ? AND x.count > 0 AND y.count > 0
                  RETURNING last_seq - x.count AS base, last_seq),
                l AS (
                  INSERT INTO %4$s (grp, seq, at_ms, node, transitions)
                  SELECT ok.grp, n.base + max(c.place), ok.now, ?, string_agg(
                    int2send(CAST(octet_length(c.user_id) * 2 + 1 AS smallint)) || c.user_id, CAST('' AS bytea)
                    ORDER BY c.place)
                  FROM c, n, ok GROUP BY ok.grp, n.base, ok.now, (c.place - 1) / %8$d)
                SELECT now, version = ? AND is_same,
                  CASE WHEN (SELECT count(*) FROM up) < ? THEN (SELECT coalesce(array_agg(user_id), '{}') FROM up) END,
                  EXISTS (SELECT FROM c),
                  epoch, (SELECT last_seq FROM n)
                FROM g
                """.formatted(
                        tables.user(),
                        tables.bucket(),
                        tables.group(),
                        tables.feed(),
                        agreement.dialect.clockOrGiven(),
                        agreement.dialect.run(),
                        WriteBatch.FENCE_MILLIS,
                        PackedTransitions.MOST);
    }

    @Override
    public Outcome record(int group, String node, long madeAtMillis, List<UserKey> sorted, long[] stamps) {
        long asking = agreement.progress.epochs();
        return agreement.database.single("recording beats", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                long version = agreement.settings().version();
                agreement.bindClock(statement, 1);
                statement.setInt(2, group);
                statement.setLong(3, madeAtMillis);
                statement.setLong(4, version);
                bind(connection, statement, sorted, stamps);
                statement.setInt(8, group);
                statement.setString(9, node);
                statement.setLong(10, version);
                statement.setInt(11, sorted.size());
                try (ResultSet result = statement.executeQuery()) {
                    return outcome(result, group, madeAtMillis, sorted, asking);
                }
            }
        });
    }

    private static void bind(Connection connection, PreparedStatement statement, List<UserKey> sorted, long[] stamps)
            throws SQLException {
        int count = sorted.size();
        byte[][] ids = new byte[count][];
        Integer[] buckets = new Integer[count];
        Long[] times = new Long[count];
        for (int i = 0; i < count; i++) {
            ids[i] = sorted.get(i).bytes();
            buckets[i] = sorted.get(i).bucket();
            times[i] = stamps[i];
        }
        statement.setArray(5, connection.createArrayOf("bytea", ids));
        statement.setArray(6, connection.createArrayOf("int4", buckets));
        statement.setArray(7, connection.createArrayOf("int8", times));
    }

    private Outcome outcome(ResultSet result, int group, long madeAtMillis, List<UserKey> sorted, long asking)
            throws SQLException {
        if (!result.next()) {
            return Outcome.of(null, 0);
        }
        long now = result.getLong(1);
        if (StoreReply.fence(now, madeAtMillis) == StoreReply.Verdict.LATE) {
            return Outcome.of(StoreReply.Verdict.LATE, now);
        }
        if (!result.getBoolean(2)) {
            return Outcome.of(null, now);
        }
        long number = result.getLong(6); // zero if nobody came
        if (number > 0) {
            agreement.progress.note(group, result.getLong(5), number, asking);
        }
        Array recorded = result.getArray(3);
        Set<UserKey> rest = recorded == null ? Set.of() : rest(recorded, sorted);
        return new Outcome(StoreReply.Verdict.DONE, now, rest, result.getBoolean(4));
    }

    private static Set<UserKey> rest(Array recorded, List<UserKey> sorted) throws SQLException {
        Set<String> done = new HashSet<>();
        for (Object id : (Object[]) recorded.getArray()) {
            done.add(new String((byte[]) id, UTF_8));
        }
        Set<UserKey> rest = new LinkedHashSet<>(sorted);
        rest.removeIf(user -> done.contains(user.id()));
        return rest;
    }
}
