package dev.presence.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves users to other buckets when a newer version of the settings wants more or fewer of these. First every group learns that
 * users may be in either of two buckets, so that everybody looks into both; then with each sweep one bucket of every group is
 * emptied; last, all learn that the old ones are gone. Any node can go on where another stopped. Used by one sweep at a time.
 */
final class Relocation {
    private static final int MOST_USERS = 1_000; // of a bucket that is far too full, at once

    private final GroupCalls calls;
    private long step = -1;
    private int place; // the bucket of each group that is emptied next

    Relocation(GroupCalls calls) {
        this.calls = calls;
    }

    /** Does a little of it, after a sweep that reached every group. */
    synchronized void advance(Sweep sweep) {
        SharedSettings current = sweep.settings();
        Layout layout = current.layout();
        Layout.Spread spread = layout.spread();
        if (!spread.isMoving()) {
            if (current.wanted() != spread.buckets()) {
                calls.agreement().relayout(layout, layout.with(spread.movingTo(current.wanted())));
            }
            return;
        }
        if (step != spread.step()) {
            step = spread.step();
            place = 0;
        }
        if (place == layout.bucketsBefore()) {
            calls.agreement().relayout(layout, layout.with(spread.settled()));
        } else if (empties(layout, sweep)) {
            place++;
        }
    }

    private boolean empties(Layout layout, Sweep sweep) {
        Pipeline asked = calls.pipeline();
        List<Pipeline.Sent<List<Object>>> users = new ArrayList<>();
        for (int group = 0; group < layout.groups(); group++) {
            users.add(asked.hkeys(layout.users(layout.bucketBefore(group, place))));
        }
        asked.run();
        List<byte[]> header = sweep.header();
        Pipeline pipeline = calls.pipeline();
        Map<Integer, Pipeline.Sent<List<Object>>> sent = new LinkedHashMap<>();
        for (int group = 0; group < layout.groups(); group++) {
            MoveCall call = new MoveCall(layout, layout.bucketBefore(group, place));
            Replies.list(asked.result(users.get(group))).stream()
                    .limit(MOST_USERS)
                    .forEach(user -> call.add(Replies.bytes(user)));
            sent.put(group, pipeline.script(call.toScript(calls.with(header, group))));
        }
        pipeline.run();
        boolean empty = true;
        for (Map.Entry<Integer, Pipeline.Sent<List<Object>>> one : sent.entrySet()) {
            List<Object> answer = Replies.list(pipeline.result(one.getValue()));
            empty &= calls.verdict(answer, one.getKey()) == GroupCalls.Verdict.DONE
                    && Replies.number(answer.get(3)) == 0;
        }
        return empty;
    }
}
