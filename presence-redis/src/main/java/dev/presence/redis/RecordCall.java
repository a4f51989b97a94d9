package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.presence.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The writes of a batch that concern one group, on their way into one call of {@code record.lua}. */
final class RecordCall {
    private final Layout layout;
    private final int group;
    private final Map<Integer, Integer> places = new LinkedHashMap<>(); // bucket -> its place among the keys
    private final List<Write> writes = new ArrayList<>();
    private final List<byte[]> arguments = new ArrayList<>();

    RecordCall(Layout layout, int group) {
        this.layout = layout;
        this.group = group;
    }

    void add(Write write, byte[] user, int bucket, long madeAtMillis) {
        byte[] time = text(madeAtMillis - write.ageMillis());
        writes.add(write);
        boolean isMoving = layout.spread().isMoving();
        if (write.kind() == Write.Kind.BEAT && write.session().equals(Write.DEFAULT_SESSION) && !isMoving) {
            Collections.addAll(arguments, text(place(bucket)), user, time); // most writes: as little as can be
            return;
        }
        char kind = switch (write.kind()) {
            case BEAT -> 'b';
            case END -> 'e';
            case END_ALL -> 'a';
            case FORGET -> 'f';
        };
        String code = kind + "" + place(bucket) + (isMoving ? "," + place(layout.bucketBefore(user)) : "");
        Collections.addAll(arguments, code.getBytes(US_ASCII), user, layout.session(write.session()), time);
    }

    private int place(int bucket) {
        return places.computeIfAbsent(bucket, unknown -> places.size());
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(US_ASCII);
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
        List<byte[]> keys = new ArrayList<>();
        keys.add(layout.meta(group));
        keys.add(layout.due(group));
        keys.add(layout.feed(group));
        keys.add(layout.longSessions(group));
        List<byte[]> all = new ArrayList<>(header);
        for (int bucket : places.keySet()) {
            keys.add(layout.users(bucket));
            all.add(text(bucket));
        }
        all.addAll(arguments);
        return Script.RECORD.call(keys, all);
    }
}
