package dev.presence.jdbc;

import dev.presence.PresenceStoreUnavailableException;
import dev.presence.StoreReply;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One batch of writes: group by group, first the plain beats, then the rest. Used once. */
final class Recording {
    private final Agreement agreement;
    private final Beats beats;
    private final Change change;
    private final WriteBatch batch;
    private final Map<Integer, NavigableMap<UserKey, List<Write>>> groups = new TreeMap<>();
    private final Set<String> unreached = new HashSet<>();
    private final long begunMillis;
    private long now = Long.MIN_VALUE;
    private int dropped;
    private boolean hasTransitions;

    Recording(Agreement agreement, Beats beats, Change change, WriteBatch batch) {
        this.agreement = agreement;
        this.beats = beats;
        this.change = change;
        this.batch = batch;
        begunMillis = agreement.reckoning.elapsedMillis();
        for (Write write : batch.writes()) {
            UserKey user = agreement.key(write.user());
            groups.computeIfAbsent(user.group(), group -> new TreeMap<>())
                    .computeIfAbsent(user, id -> new ArrayList<>(1))
                    .add(write);
        }
    }

    StoreReply run() {
        int done = 0;
        int late = 0;
        PresenceStoreUnavailableException failure = null;
        for (Map.Entry<Integer, NavigableMap<UserKey, List<Write>>> one : groups.entrySet()) {
            Set<String> users = new HashSet<>();
            one.getValue().keySet().forEach(user -> users.add(user.id()));
            try {
                if (record(one.getKey(), one.getValue()) == StoreReply.Verdict.DONE) {
                    done++;
                } else {
                    late++;
                    unreached.addAll(users);
                }
            } catch (PresenceStoreUnavailableException e) { // the shard of that group; others may be well
                failure = e;
                unreached.addAll(users);
            }
        }
        if (done == 0 && late == 0 && failure != null) {
            throw failure;
        }
        return done == 0
                ? new StoreReply(StoreReply.Verdict.LATE, now)
                : new StoreReply(StoreReply.Verdict.DONE, now, unreached);
    }

    int sessionsDropped() {
        return dropped;
    }

    boolean hasTransitions() {
        return hasTransitions;
    }

    private StoreReply.Verdict record(int group, NavigableMap<UserKey, List<Write>> writes) {
        // What other shards took is known here, and makes nothing late.
        long sentAt = batch.madeAtMillis() + agreement.reckoning.elapsedMillis() - begunMillis;
        NavigableMap<UserKey, List<Write>> rest = new TreeMap<>(writes);
        for (int attempt = 0; attempt < Agreement.MOST_TRIES; attempt++) {
            StoreReply.Verdict verdict = recordBeats(group, sentAt, rest);
            if (verdict == StoreReply.Verdict.DONE && !rest.isEmpty()) {
                Change.Outcome outcome = change.run(group, batch, sentAt, rest);
                verdict = outcome.verdict();
                now = Math.max(now, outcome.now());
                dropped += outcome.dropped();
                hasTransitions |= outcome.hasTransitions();
            }
            if (verdict != null) {
                return verdict;
            }
            agreement.agreeAnew();
        }
        throw agreement.disagreement();
    }

    /** Records plain beats, and leaves in the map what is not recorded then. */
    private StoreReply.@Nullable Verdict recordBeats(int group, long sentAt, NavigableMap<UserKey, List<Write>> rest) {
        List<UserKey> users = new ArrayList<>(rest.size());
        long[] stamps = new long[rest.size()];
        for (Map.Entry<UserKey, List<Write>> one : rest.entrySet()) {
            Write write = one.getValue().get(0);
            if (one.getValue().size() == 1
                    && write.kind() == Write.Kind.BEAT
                    && write.session().isEmpty()) {
                stamps[users.size()] = batch.madeAtMillis() - write.ageMillis();
                users.add(one.getKey());
            }
        }
        if (users.isEmpty()) {
            return StoreReply.Verdict.DONE;
        }
        Beats.Outcome outcome =
                beats.record(group, batch.node(), sentAt, users, java.util.Arrays.copyOf(stamps, users.size()));
        now = Math.max(now, outcome.now());
        hasTransitions |= outcome.hasTransitions();
        if (outcome.verdict() == StoreReply.Verdict.DONE) {
            users.forEach(user -> {
                if (!outcome.rest().contains(user)) {
                    rest.remove(user);
                }
            });
        }
        return outcome.verdict();
    }
}
