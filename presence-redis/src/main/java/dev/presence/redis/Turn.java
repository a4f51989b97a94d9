package dev.presence.redis;

import dev.presence.PresenceStoreException;
import dev.presence.StoreReply;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to sweep: one node does it for all, and another takes over when that one has not for a while, or at once if beats
 * wait longer in its buffer: its sweep says for how long. It only saves work: whoever cannot find out sweeps.
 */
final class Turn {
    private Turn() {}

    /** The reply to a sweep that another node does; null if it is this node's turn. */
    static @Nullable SweepReply elsewhere(GroupCalls calls, SweepRequest request) {
        if (calls.isDriven()) {
            return null; // every claim at its exact instant
        }
        try {
            // One and a half periods, and one until another node asks: before three are over, which is an outage.
            List<Object> answer = calls.turn(request.node(), request.periodMillis() * 3 / 2, request.flushMillis());
            long now = Replies.number(answer.get(0));
            long wait = Replies.number(answer.get(1));
            return wait == 0 ? null : new SweepReply(StoreReply.Verdict.DONE, now, 0, now + wait);
        } catch (PresenceStoreException e) {
            return null; // the master that has the key may be down, and others up
        }
    }

    /** Lets another node try that may reach what this one did not. */
    static void giveBack(GroupCalls calls, SweepRequest request) {
        if (!calls.isDriven()) {
            try {
                var unused = calls.turn(request.node(), 1, request.flushMillis());
            } catch (PresenceStoreException e) {
                // then it ends by itself
            }
        }
    }
}
