package dev.presence.jdbc;

import dev.presence.PresenceStoreUnavailableException;
import dev.presence.StoreReply;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One sweep over all groups. Used once. */
final class Sweep {
    private static final Logger log = LoggerFactory.getLogger(JdbcPresenceStore.class);
    private static final int MOST_IN_CROWD = 5_000; // claims in one transaction
    private static final long REST_MILLIS = 500; // with a million users some bucket is always due: let a few gather

    private final Agreement agreement;
    private final SweepRequest request;
    private final int limit;
    private final Set<Integer> crowded;
    private final long begunMillis;
    private long now = Long.MIN_VALUE;
    private long next = Long.MAX_VALUE;
    private int claimed;
    private int late;

    /**
     * Makes a sweep.
     *
     * @param crowded groups in which the last sweep claimed as many as it does without a look, and so will this one; kept for the next. Whatever is in
     *     it, the claims are the same
     */
    Sweep(Agreement agreement, SweepRequest request, Set<Integer> crowded) {
        this.agreement = agreement;
        this.request = request;
        limit = Math.min(crowded.isEmpty() ? Claims.CROWD : MOST_IN_CROWD, request.limit());
        this.crowded = crowded;
        begunMillis = agreement.reckoning.elapsedMillis();
    }

    SweepReply run() {
        PresenceStoreUnavailableException failure = null;
        int failed = 0;
        int groups = agreement.groups();
        for (int group = 0; group < groups; group++) {
            try {
                sweep(group);
            } catch (PresenceStoreUnavailableException e) { // the shard of that group; others may be well
                failure = e;
                failed++;
            }
        }
        if (failure != null && failed == groups) {
            throw failure;
        }
        if (late + failed == groups) {
            return new SweepReply(StoreReply.Verdict.LATE, now, 0, now);
        }
        if (claimed >= limit) {
            return new SweepReply(StoreReply.Verdict.DONE, now, claimed, now);
        }
        long soonest = now + (agreement.isDriven() ? 1 : REST_MILLIS);
        return new SweepReply(StoreReply.Verdict.DONE, now, claimed, Math.max(soonest, next));
    }

    private void sweep(int group) {
        for (int attempt = 0; attempt < Agreement.MOST_TRIES; attempt++) {
            // What other shards took is known here, and makes nothing late.
            long sentAt = request.madeAtMillis() + agreement.reckoning.elapsedMillis() - begunMillis;
            GroupRow row = agreement.read(group).orElse(null);
            if (row != null) {
                now = Math.max(now, row.now);
                agreement.reckoning.observe(row.now, row.settings.timeout().toMillis());
                if (StoreReply.fence(row.now, sentAt) == StoreReply.Verdict.LATE) {
                    late++;
                    return;
                }
            }
            if (row == null || !agreement.isCurrent(row)) {
                agreement.agreeAnew();
            } else if (isElsewhere(row)) {
                next = Math.min(next, row.turnUntil); // another node sweeps for all
                return;
            } else {
                SweepStamp stamp = SweepStamp.of(row, request, row.moment(agreement.reckoning), agreement.reckoning);
                if (stamp.write(agreement, row, request)) {
                    claim(row, stamp);
                    return;
                }
            }
        }
        next = now; // others sweep at the same time
    }

    /** Not while this node's buffer holds beats for longer than the one that sweeps knows: that has to be noted. */
    private boolean isElsewhere(GroupRow row) {
        boolean isTold = request.flushMillis() < row.flush
                || (request.flushMillis() == row.flush
                        && row.now - row.flushAt <= row.settings.timeout().toMillis() / 2);
        return !agreement.isDriven() && isTold && row.turnUntil > row.now && !row.turnNode.equals(request.node());
    }

    private void claim(GroupRow row, SweepStamp stamp) {
        if (row.now <= stamp.quietUntil()) {
            next = Math.min(next, stamp.quietUntil() + 1);
            return;
        }
        boolean mayHaveMore = true;
        while (mayHaveMore && claimed < limit) {
            Claims claims = new Claims(agreement, row.group, request.node(), crowded.contains(row.group));
            int left = limit - claimed;
            Claims.Round round = claims.run(stamp.flush(), left);
            if (round.claimed() < Math.min(left, Claims.CROWD)) {
                crowded.remove(row.group);
            } else {
                crowded.add(row.group);
            }
            claimed += round.claimed();
            mayHaveMore = round.mayHaveMore();
        }
        long due = agreement.database.single(
                "asking what is due", connection -> new Buckets(agreement).earliest(connection, row.group));
        next = Math.min(next, due == Long.MAX_VALUE ? due : due + stamp.flush());
        try {
            new Trimming(agreement, row).run();
        } catch (PresenceStoreUnavailableException e) {
            log.debug("Trimming waits for the next sweep", e); // what was claimed is told all the same
        }
    }
}
