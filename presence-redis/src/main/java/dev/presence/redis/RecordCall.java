package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.presence.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The writes of a batch that concern one group, on their way into one call of {@code record.lua}. */
final class RecordCall {
    private final Layout layout;
    private final int group;
    private final long madeAtMillis;
    private final List<Write> writes = new ArrayList<>();
    private final List<byte[]> keys = new ArrayList<>();
    private final List<byte[]> arguments = new ArrayList<>();

    RecordCall(Layout layout, int group, long madeAtMillis) {
        this.layout = layout;
        this.group = group;
        this.madeAtMillis = madeAtMillis;
    }

    void add(Write write, byte[] user, int bucket) {
        writes.add(write);
        keys.add(layout.users(bucket));
        arguments.add(user);
        if (isSimple(write)) { // as most are: as little as can be
            arguments.add(time(write));
            return;
        }
        arguments.add(kind(write));
        arguments.add(layout.session(write.session()));
        arguments.add(time(write));
        if (layout.spread().isMoving()) {
            keys.add(layout.users(layout.bucketBefore(user)));
        }
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
        List<byte[]> allKeys = new ArrayList<>(
                List.of(layout.meta(group), layout.due(group), layout.feed(group), layout.longSessions(group)));
        allKeys.addAll(keys);
        List<byte[]> all = new ArrayList<>(header);
        all.addAll(arguments);
        return Script.RECORD.call(allKeys, all);
    }

    private boolean isSimple(Write write) {
        return write.kind() == Write.Kind.BEAT
                && write.session().equals(Write.DEFAULT_SESSION)
                && !layout.spread().isMoving();
    }

    private byte[] time(Write write) {
        return Long.toString(Math.max(1, madeAtMillis - write.ageMillis())).getBytes(US_ASCII);
    }

    private static byte[] kind(Write write) {
        String kind = switch (write.kind()) {
            case BEAT -> "b";
            case END -> "e";
            case END_ALL -> "a";
            case FORGET -> "f";
        };
        return kind.getBytes(US_ASCII);
    }
}
