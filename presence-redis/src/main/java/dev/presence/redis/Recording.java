package dev.presence.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.PresenceStoreException;
import dev.presence.StoreReply;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One batch on its way: one call for each group, all in one pipeline. Used once. */
final class Recording {
    private final GroupCalls calls;
    private final WriteBatch batch;
    private final Set<String> unreached = new HashSet<>();
    private @Nullable PresenceStoreException failure;
    private boolean isRecorded; // at least in part
    private boolean isLate;
    private long now = Long.MIN_VALUE;
    private long lateNow = Long.MIN_VALUE;
    private long sessionsDropped;

    Recording(GroupCalls calls, WriteBatch batch) {
        this.calls = calls;
        this.batch = batch;
    }

    long sessionsDropped() {
        return sessionsDropped;
    }

    StoreReply run() {
        List<Write> waiting = send(batch.writes(), 0);
        for (int attempt = 1; !waiting.isEmpty(); attempt++) {
            if (attempt == Agreement.MOST_TRIES) {
                throw calls.agreement().disagreement();
            }
            calls.agreement().agreeAnew();
            waiting = send(waiting, attempt);
            if (!calls.agreement().agreesStill()) {
                waiting = batch.writes(); // to where nobody looks any more; to record a batch again does no harm
            }
        }
        if (isRecorded) {
            return new StoreReply(StoreReply.Verdict.DONE, now, unreached);
        }
        if (isLate || failure == null) {
            return new StoreReply(StoreReply.Verdict.LATE, lateNow);
        }
        throw failure;
    }

    /** Returns what has to be sent again. */
    private List<Write> send(List<Write> writes, int attempt) {
        SharedSettings current = calls.shared();
        List<byte[]> header = calls.header(current, batch.node(), batch.madeAtMillis(), attempt);
        Pipeline pipeline = calls.pipeline();
        Map<RecordCall, Pipeline.Sent<List<Object>>> sent = new LinkedHashMap<>();
        byGroup(writes, current.layout(), batch.madeAtMillis())
                .forEach(call -> sent.put(call, pipeline.script(call.toScript(calls.with(header, call.group())))));
        pipeline.run();
        List<Write> again = new ArrayList<>();
        sent.forEach((call, one) -> {
            try {
                List<Object> answer = Replies.list(pipeline.result(one));
                switch (calls.verdict(answer, call.group())) {
                    case DONE -> {
                        isRecorded = true;
                        now = Math.max(now, GroupCalls.now(answer));
                        sessionsDropped += Replies.number(answer.get(3));
                    }
                    case LATE -> {
                        isLate = true;
                        lateNow = Math.max(lateNow, GroupCalls.now(answer));
                        call.users(unreached);
                    }
                    case AGAIN -> again.addAll(call.writes());
                }
            } catch (PresenceStoreException e) {
                failure = e;
                calls.lost(call.group());
                call.users(unreached);
            }
        });
        return again;
    }

    private static Iterable<RecordCall> byGroup(List<Write> writes, Layout layout, long madeAtMillis) {
        Map<Integer, RecordCall> byGroup = new LinkedHashMap<>();
        for (Write write : writes) {
            byte[] user = write.user().getBytes(UTF_8);
            int bucket = layout.bucket(user);
            byGroup.computeIfAbsent(layout.group(bucket), group -> new RecordCall(layout, group, madeAtMillis))
                    .add(write, user, bucket);
        }
        return byGroup.values();
    }
}
