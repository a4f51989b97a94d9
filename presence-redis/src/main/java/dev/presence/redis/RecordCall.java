package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
    private final Map<Integer, Integer> places = new LinkedHashMap<>(); // bucket -> its place among the keys
    private final List<Write> writes = new ArrayList<>();
    private final List<byte[]> arguments = new ArrayList<>();

    RecordCall(Layout layout, int group) {
        this.layout = layout;
        this.group = group;
    }

    void add(Write write, byte[] user, int bucket) {
        String place = place(bucket);
        if (layout.spread().isMoving()) {
            place += "," + place(layout.bucketBefore(user));
        }
        char kind = switch (write.kind()) {
            case BEAT -> 'b';
            case END -> 'e';
            case END_ALL -> 'a';
            case FORGET -> 'f';
        };
        writes.add(write);
        arguments.add((kind + place).getBytes(US_ASCII));
        arguments.add(user);
        arguments.add(layout.session(write.session()));
        arguments.add(Long.toString(write.ageMillis()).getBytes(US_ASCII));
    }

    private String place(int bucket) {
        return Integer.toString(places.computeIfAbsent(bucket, unknown -> places.size()));
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
        all.add(Integer.toString(places.size()).getBytes(US_ASCII));
        for (int bucket : places.keySet()) {
            keys.add(layout.users(bucket));
            keys.add(layout.sessions(bucket));
            all.add(Integer.toString(bucket).getBytes(US_ASCII));
        }
        all.addAll(arguments);
        return Script.RECORD.call(keys, all);
    }
}
