package dev.presence.redis;

import dev.presence.PresenceStoreException;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.StoreReply;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One sweep: a look at every group, then claims in the buckets that are due. One that goes on where the one before came to its limit
 * claims without a look. Used once.
 */
final class Sweep {
    private static final int MOST_BUCKETS = 64; // asked for per group and look
    private static final int BUCKETS_PER_CLAIM = 8; // half a millisecond of the server if all of their users lapsed
    private static final int CLAIMS_AT_ONCE = 4; // then the server turns to other connections
    private static final int CLAIMS_WHEN_LATE = 8;
    private static final int GOES_ON_FOR = 2; // half a period: then looks are less than two apart; three are an outage
    private static final int USERS_PER_CLAIM = BUCKETS_PER_CLAIM * Layout.USERS_PER_BUCKET;
    private static final int RESTS_PER_ROUND = 3; // of claims, each as long
    private static final long LONGEST_REST_MILLIS = 100;
    private static final long MOST_LATE_MILLIS = 750; // for somebody who lapsed: from then on claims come first
    private static final long REST_MILLIS = 500; // with a million users some bucket is always due: let a few gather

    private final GroupCalls calls;
    private final SweepRequest request;
    private final Layout layout;
    private final SharedSettings current;
    private final int attempt;
    private final long startMillis;
    private final boolean isBehind; // the one before did not get through what was due
    private final Found found;
    private boolean goesOn;
    private long next = Long.MAX_VALUE;
    private boolean mayHaveMore;
    private long now = Long.MIN_VALUE;
    private long waited; // how long the first of all who were claimed had been due
    private boolean reachedAll = true;
    private int claimed;

    /** Buckets of one group that are looked into by one script. */
    private record Due(int group, List<Object> buckets) {}

    /** What a look at all groups found, less what was claimed of it. */
    private static final class Found {
        private long lookedMillis;
        private final Deque<Due> due = new ArrayDeque<>();
        private long flush;

        Found(long lookedMillis) {
            this.lookedMillis = lookedMillis;
        }
    }

    /**
     * @param before the one before, which is used by no other; null if that is not known
     */
    Sweep(GroupCalls calls, SweepRequest request, int attempt, long askedMillis, @Nullable Sweep before) {
        this.calls = calls;
        this.request = request;
        this.attempt = attempt;
        current = calls.shared();
        layout = current.layout();
        startMillis = askedMillis;
        isBehind = before != null && !before.found.due.isEmpty();
        Found left = before != null && before.current.equals(current) ? before.found : new Found(startMillis);
        goesOn = !left.due.isEmpty()
                && startMillis - left.lookedMillis < request.periodMillis() / GOES_ON_FOR
                && request.flushMillis() <= left.flush; // else the store has to be told of beats that wait for longer
        found = goesOn ? left : new Found(startMillis);
        mayHaveMore = goesOn; // what came after its look
    }

    /** Returns null if the nodes have to agree anew first. */
    @Nullable
    SweepReply run() {
        if (goesOn) {
            claimAll();
            if (now != Long.MIN_VALUE) {
                return reply();
            }
            goesOn = false; // nobody answered
            mayHaveMore = false;
            found.due.clear();
            found.lookedMillis = calls.elapsedMillis();
        }
        StoreReply.Verdict verdict = look();
        if (verdict == null) {
            return null;
        }
        if (verdict == StoreReply.Verdict.LATE) {
            return new SweepReply(verdict, now, 0, now);
        }
        claimAll();
        return reply();
    }

    private void claimAll() {
        while (!found.due.isEmpty()
                && claimed < request.limit()
                && calls.elapsedMillis() - startMillis < request.periodMillis()) { // so that the next look is no gap

            long begun = calls.elapsedMillis();
            claim();
            giveWay(begun);
        }
    }

    private SweepReply reply() {
        if (!found.due.isEmpty() || mayHaveMore) {
            return new SweepReply(StoreReply.Verdict.DONE, now, claimed, now);
        }
        long soonest = now + (calls.isDriven() ? 1 : REST_MILLIS);
        return new SweepReply(StoreReply.Verdict.DONE, now, claimed, Math.max(soonest, next));
    }

    /** Whether it looked at the groups. */
    boolean hasLooked() {
        return !goesOn;
    }

    /** Whether every group answered its look. */
    boolean reachedAll() {
        return reachedAll;
    }

    /** What it swept by. */
    SharedSettings settings() {
        return current;
    }

    List<byte[]> header() {
        long madeAt = request.madeAtMillis()
                + calls.elapsedMillis()
                - startMillis; // a slow master must not make the rest late
        return calls.header(current, request.node(), madeAt, attempt);
    }

    private StoreReply.@Nullable Verdict look() {
        List<byte[]> header = header();
        int most = Math.min(MOST_BUCKETS, request.limit());
        Pipeline pipeline = calls.pipeline();
        List<Pipeline.Sent<List<Object>>> sent = new ArrayList<>();
        for (int group = 0; group < layout.groups(); group++) {
            sent.add(pipeline.script(Script.LOOK.call(
                    List.of(layout.meta(group), layout.due(group), layout.feed(group)),
                    calls.with(header, group, request.periodMillis(), request.flushMillis(), most))));
        }
        pipeline.run();
        long lateNow = Long.MIN_VALUE;
        PresenceStoreException failure = null;
        for (int group = 0; group < layout.groups(); group++) {
            try {
                List<Object> answer = Replies.list(pipeline.result(sent.get(group)));
                switch (calls.verdict(answer, group)) {
                    case DONE -> looked(group, answer, most);
                    case LATE -> {
                        reachedAll = false;
                        lateNow = Math.max(lateNow, GroupCalls.now(answer));
                    }
                    case AGAIN -> {
                        return null;
                    }
                }
            } catch (PresenceStoreException e) {
                failure = e; // of one master; the others' users are claimed all the same
                reachedAll = false;
                calls.lost(group);
            }
        }
        if (now != Long.MIN_VALUE) {
            return StoreReply.Verdict.DONE;
        }
        if (lateNow == Long.MIN_VALUE && failure != null) {
            throw failure;
        }
        now = lateNow;
        return StoreReply.Verdict.LATE;
    }

    private void looked(int group, List<Object> answer, int most) {
        now = Math.max(now, GroupCalls.now(answer));
        long ofGroup = Replies.number(answer.get(3));
        found.flush = Math.max(found.flush, ofGroup);
        comeAgain(Replies.number(answer.get(4)), ofGroup);
        List<Object> buckets = answer.subList(5, answer.size());
        for (int i = 0; i < buckets.size(); i += BUCKETS_PER_CLAIM) {
            found.due.add(new Due(group, buckets.subList(i, Math.min(i + BUCKETS_PER_CLAIM, buckets.size()))));
        }
        mayHaveMore |= buckets.size() == most;
    }

    private void comeAgain(long at, long flushMillis) {
        if (at >= 0) {
            next = Math.min(next, at + flushMillis);
        }
    }

    private void claim() {
        int left = request.limit() - claimed;
        List<byte[]> header = header();
        int most = isLate() ? CLAIMS_WHEN_LATE : CLAIMS_AT_ONCE;
        int count = Math.min(Math.min(found.due.size(), most), Math.max(1, left / USERS_PER_CLAIM));
        Pipeline pipeline = calls.pipeline();
        Map<Due, Pipeline.Sent<List<Object>>> sent = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Due some = found.due.remove();
            sent.put(some, pipeline.script(claim(some, Math.min(left / count, USERS_PER_CLAIM), header)));
        }
        pipeline.run();
        sent.forEach((some, one) -> {
            try {
                claimed(some.group, Replies.list(pipeline.result(one)));
            } catch (PresenceStoreUnavailableException e) {
                calls.lost(some.group); // they stay due; the other masters' users are claimed all the same
            }
        });
    }

    /**
     * A million users who came together have all their buckets due together: most of the server's time is left to others for as
     * long as nobody waits for a claim.
     */
    private void giveWay(long begunMillis) {
        if (!found.due.isEmpty() && !calls.isDriven() && !isLate()) {
            long took = Math.max(1, calls.elapsedMillis() - begunMillis);
            LockSupport.parkNanos(Math.min(LONGEST_REST_MILLIS, RESTS_PER_ROUND * took) * 1_000_000L);
        }
    }

    private boolean isLate() {
        return isBehind || waited >= MOST_LATE_MILLIS;
    }

    private Script.Call claim(Due some, int most, List<byte[]> header) {
        List<byte[]> keys = new ArrayList<>(List.of(
                layout.meta(some.group),
                layout.due(some.group),
                layout.feed(some.group),
                layout.longSessions(some.group)));
        some.buckets.forEach(bucket -> keys.add(layout.users((int) Replies.number(bucket))));
        return Script.CLAIM.call(keys, calls.with(header, some.group, most, found.flush));
    }

    private void claimed(int group, List<Object> answer) {
        if (calls.verdict(answer, group) != GroupCalls.Verdict.DONE) {
            mayHaveMore = true; // they stay due for the next sweep
            return;
        }
        if (goesOn) { // else it is as of the look, from which the next one counts
            now = Math.max(now, GroupCalls.now(answer));
        }
        claimed += (int) Replies.number(answer.get(3));
        waited = Math.max(waited, Replies.number(answer.get(5)));
        long at = Replies.number(answer.get(4));
        mayHaveMore |= at >= 0 && at + found.flush <= GroupCalls.now(answer);
        comeAgain(at, found.flush);
    }
}
