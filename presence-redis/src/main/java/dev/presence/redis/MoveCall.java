package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The users of one bucket, on their way into one call of {@code move.lua}. */
final class MoveCall {
    private final Layout layout;
    private final int from;
    private final Map<Integer, Integer> places = new LinkedHashMap<>(); // bucket -> its place among the others
    private final List<byte[]> arguments = new ArrayList<>();

    MoveCall(Layout layout, int from) {
        this.layout = layout;
        this.from = from;
    }

    void add(byte[] user) {
        int place = places.computeIfAbsent(layout.bucket(user), unknown -> places.size());
        arguments.add(user);
        arguments.add(text(place));
    }

    Script.Call toScript(List<byte[]> header) {
        int group = layout.group(from);
        List<byte[]> keys =
                new ArrayList<>(List.of(layout.meta(group), layout.due(group), layout.feed(group), layout.users(from)));
        List<byte[]> all = new ArrayList<>(header);
        all.add(text(from));
        for (int bucket : places.keySet()) {
            keys.add(layout.users(bucket));
            all.add(text(bucket));
        }
        all.addAll(arguments);
        return Script.MOVE.call(keys, all);
    }

    private static byte[] text(int number) {
        return Integer.toString(number).getBytes(US_ASCII);
    }
}
