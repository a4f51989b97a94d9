package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The writes of a batch that concern one group, on their way into one call of {@code record.lua}. */
final class RecordCall {
    private final Layout layout;
    private final int group;
    private final long madeAtMillis;
    private final Map<Integer, List<Write>> buckets = new LinkedHashMap<>();
    private final List<Write> writes = new ArrayList<>();

    RecordCall(Layout layout, int group, long madeAtMillis) {
        this.layout = layout;
        this.group = group;
        this.madeAtMillis = madeAtMillis;
    }

    void add(Write write, int bucket) {
        buckets.computeIfAbsent(bucket, unknown -> new ArrayList<>()).add(write);
        writes.add(write);
    }

    int group() {
        return group;
    }

    List<Write> writes() {
        return writes;
    }

    void users(Collection<String> into) {
        writes.forEach(write -> into.add(write.user()));
    }

    Script.Call toScript(List<byte[]> header) {
        Map<Integer, Integer> places = new LinkedHashMap<>(); // bucket -> its place among the keys
        List<byte[]> arguments = new ArrayList<>(header);
        buckets.forEach((bucket, inBucket) -> {
            places.putIfAbsent(bucket, places.size());
            boolean isFirst = true;
            for (Write write : inBucket) {
                byte[] user = write.user().getBytes(UTF_8);
                arguments.add(user);
                if (isSimple(write)) { // as most are: as little as can be
                    arguments.add(text((isFirst ? 1 : -1) * time(write)));
                } else {
                    String code = kind(write) + "" + places.get(bucket) + placeBefore(user, places);
                    arguments.add(code.getBytes(US_ASCII));
                    arguments.add(layout.session(write.session()));
                    arguments.add(text(time(write)));
                }
                isFirst = false;
            }
        });
        List<byte[]> keys = new ArrayList<>();
        keys.add(layout.meta(group));
        keys.add(layout.due(group));
        keys.add(layout.feed(group));
        keys.add(layout.longSessions(group));
        places.keySet().forEach(bucket -> keys.add(layout.users(bucket)));
        return Script.RECORD.call(keys, arguments);
    }

    private boolean isSimple(Write write) {
        return write.kind() == Write.Kind.BEAT
                && write.session().equals(Write.DEFAULT_SESSION)
                && !layout.spread().isMoving();
    }

    private long time(Write write) {
        return Math.max(1, madeAtMillis - write.ageMillis());
    }

    private static char kind(Write write) {
        return switch (write.kind()) {
            case BEAT -> 'b';
            case END -> 'e';
            case END_ALL -> 'a';
            case FORGET -> 'f';
        };
    }

    private String placeBefore(byte[] user, Map<Integer, Integer> places) {
        return layout.spread().isMoving()
                ? "," + places.computeIfAbsent(layout.bucketBefore(user), unknown -> places.size())
                : "";
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }
}
