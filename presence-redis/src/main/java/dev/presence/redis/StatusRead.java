package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.Ids;
import dev.presence.PresenceStoreException;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.StatusBatch;
import dev.presence.StoreSettings;
import dev.presence.UserStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One read of statuses: one pipeline with what there is on each user, and after that the time of each master. In this order: a
 * master that knows of no move to other buckets then has not moved anybody before. Used once.
 */
final class StatusRead {
    private final GroupCalls calls;
    private final SharedSettings current;
    private final Layout layout;
    private final List<String> users;
    private final List<Asked> asked = new ArrayList<>();
    private final long given; // by an injected clock, before anything was asked
    private final Map<Object, Meta> metas = new LinkedHashMap<>(); // by master

    /** Which nodes answer, and by what time they are judged. */
    private enum Source {
        /** One server: two plain commands cost it a fifth of what a script does. */
        SERVER {
            @Override
            Meta ask(Pipeline pipeline, byte[] key) {
                return new Meta(pipeline.hmget(key, FIELDS), pipeline.time());
            }

            @Override
            GroupTime time(GroupCalls calls, long given, List<Object> meta, List<Object> time, StoreSettings settings) {
                long micros = Replies.number(time.get(0)) * 1_000_000 + Replies.number(time.get(1));
                return calls.time(calls.isDriven() ? given : micros / 1_000, meta, settings);
            }
        },
        /** The masters of a cluster: a command without a key finds none of them. */
        CLUSTER {
            @Override
            Meta ask(Pipeline pipeline, byte[] key) {
                return new Meta(pipeline.script(Script.META.call(List.of(key), List.of())), null);
            }

            @Override
            GroupTime time(GroupCalls calls, long given, List<Object> meta, List<Object> time, StoreSettings settings) {
                long told = calls.isDriven() ? given : Replies.number(meta.get(0));
                return calls.time(told, meta.subList(1, meta.size()), settings);
            }
        },
        /** Replicas, judged by the time of their primary. */
        REPLICA {
            @Override
            Meta ask(Pipeline pipeline, byte[] key) {
                return new Meta(pipeline.hmget(key, FIELDS), null);
            }

            @Override
            @Nullable
            GroupTime time(GroupCalls calls, long given, List<Object> meta, List<Object> time, StoreSettings settings) {
                return calls.timeOfReplica(meta, settings);
            }
        };

        private static final byte[][] FIELDS = Stream.of("high", "swept", "period", "quiet", "benefit", "step")
                .map(field -> field.getBytes(US_ASCII))
                .toArray(byte[][]::new);

        abstract Meta ask(Pipeline pipeline, byte[] key);

        /** Null if the answers are of no use. */
        abstract @Nullable GroupTime time(
                GroupCalls calls, long given, List<Object> meta, List<Object> time, StoreSettings settings);
    }

    /**
     * What was asked of one master.
     *
     * @param time the server's time, where it is not part of the former
     */
    private record Meta(Pipeline.Sent<List<Object>> meta, Pipeline.@Nullable Sent<List<Object>> time) {}

    /**
     * What was asked on one user.
     *
     * @param before what the bucket has that the user moves out of
     */
    private record Asked(Object master, Pipeline.@Nullable Sent<byte[]> before, Pipeline.Sent<byte[]> value) {}

    StatusRead(GroupCalls calls, List<String> users) {
        this.calls = calls;
        this.users = users;
        current = calls.shared();
        layout = current.layout();
        given = calls.givenMillis();
    }

    /** Returns null if the nodes have agreed on another layout meanwhile. */
    @Nullable
    StatusBatch run() {
        return run(calls.statuses(), calls.isOneServer() ? Source.SERVER : Source.CLUSTER);
    }

    /** Returns null if there are no replicas to read from, or one does not answer or is too far behind. */
    @Nullable
    StatusBatch runOnReplicas() {
        boolean mayDiffer = layout.spread().isMoving(); // two replicas may have a user in neither bucket
        Pipeline replicas = users.isEmpty() || mayDiffer ? null : calls.replicas();
        try {
            return replicas == null ? null : run(replicas, Source.REPLICA);
        } catch (PresenceStoreUnavailableException e) {
            calls.replicaIsAway();
            return null;
        }
    }

    private @Nullable StatusBatch run(Pipeline pipeline, Source source) {
        Map<Object, Integer> groups = new LinkedHashMap<>(); // by master, one of its groups
        for (String user : users) {
            byte[] id = Ids.requireUser(user).getBytes(UTF_8);
            int bucket = layout.bucket(id);
            Object master = calls.masterOf(layout.group(bucket));
            groups.putIfAbsent(master, layout.group(bucket));
            Pipeline.Sent<byte[]> before =
                    layout.spread().isMoving() ? pipeline.hget(layout.users(layout.bucketBefore(id)), id) : null;
            asked.add(new Asked(master, before, pipeline.hget(layout.users(bucket), id)));
        }
        for (int group = 0; users.isEmpty() && group < layout.groups(); group++) {
            groups.putIfAbsent(calls.masterOf(group), group);
        }
        groups.forEach((master, group) -> metas.put(master, source.ask(pipeline, layout.meta(group))));
        pipeline.run();
        Map<Object, GroupTime> times = times(pipeline, source);
        return times == null ? null : batch(pipeline, times);
    }

    /** The times of the masters that answered; throws if none did. */
    private @Nullable Map<Object, GroupTime> times(Pipeline pipeline, Source source) {
        Map<Object, GroupTime> times = new HashMap<>();
        PresenceStoreException failure = null;
        for (Map.Entry<Object, Meta> one : metas.entrySet()) {
            try {
                Meta asked = one.getValue();
                List<Object> meta = Replies.list(pipeline.result(asked.meta));
                List<Object> told = asked.time == null ? List.of() : Replies.list(pipeline.result(asked.time));
                GroupTime time = source.time(calls, given, meta, told, current.settings());
                if (time == null
                        || Replies.number(meta.get(meta.size() - 1), 0)
                                > layout.spread().step()) {
                    return null;
                }
                times.put(one.getKey(), time);
            } catch (PresenceStoreException e) {
                failure = e;
            }
        }
        if (times.isEmpty() && failure != null) {
            throw failure;
        }
        return times;
    }

    private StatusBatch batch(Pipeline pipeline, Map<Object, GroupTime> times) {
        List<UserStatus> statuses = new ArrayList<>(users.size());
        for (int i = 0; i < users.size(); i++) {
            Asked one = asked.get(i);
            GroupTime time = times.get(one.master);
            if (time == null) {
                throw new PresenceStoreUnavailableException("a master of the cluster does not answer");
            }
            byte[] value = pipeline.result(one.value);
            if (value == null && one.before != null) {
                value = pipeline.result(one.before);
            }
            statuses.add(time.status(users.get(i), value, current.settings()));
        }
        long now = times.values().stream().mapToLong(GroupTime::now).max().orElse(Long.MIN_VALUE);
        return new StatusBatch(now, statuses);
    }
}
