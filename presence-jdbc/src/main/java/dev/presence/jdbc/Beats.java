package dev.presence.jdbc;

import dev.presence.StoreReply;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records what nearly all writes are: beats of the default session, one a user, of users of one group who have no other. */
interface Beats {
    /**
     * Records those that it can.
     *
     * @param stamps of the users, in the same order
     */
    Outcome record(int group, String node, long madeAtMillis, List<UserKey> sorted, long[] stamps);

    /**
     * What came of it.
     *
     * @param verdict null if the nodes have to agree anew first
     * @param rest whose beats need more than that
     * @param hasTransitions whether anybody came online
     */
    record Outcome(StoreReply.@Nullable Verdict verdict, long now, Set<UserKey> rest, boolean hasTransitions) {
        static Outcome of(StoreReply.@Nullable Verdict verdict, long now) {
            return new Outcome(verdict, now, Set.of(), false);
        }
    }

    /** The way that goes with the database. */
    static Beats on(Agreement agreement, boolean hasArrays) {
        return agreement.dialect == Dialect.POSTGRESQL && hasArrays
                ? new BeatsInArrays(agreement)
                : new BeatsInRows(agreement);
    }
}
