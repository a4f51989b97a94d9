package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.presence.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The writes of a batch that concern one group, on their way into one call of {@code record.lua}. */
final class RecordCall {
    private final Layout layout;
    private final int group;
    private final long madeAtMillis;
    private final List<Write> writes = new ArrayList<>();
    private final Words beats = new Words(); // of the default session
    private final Words others = new Words();
    private final Set<String> usersOfOthers = new HashSet<>(); // their beats stay behind these

    /** Keys and arguments of some writes. */
    private record Words(List<byte[]> keys, List<byte[]> arguments) {
        Words() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    RecordCall(Layout layout, int group, long madeAtMillis) {
        this.layout = layout;
        this.group = group;
        this.madeAtMillis = madeAtMillis;
    }

    void add(Write write, byte[] user, int bucket) {
        if (isSimple(write)) { // as most are: as little as can be
            beats.keys.add(layout.users(bucket));
            beats.arguments.add(user);
            beats.arguments.add(time(write));
        } else {
            if (usersOfOthers.add(write.user())) {
                moveLastBeats(write.user(), user, bucket);
            }
            addOther(write, user, bucket);
        }
        writes.add(write);
    }

    /** What a batch says of a user in a row is applied as one, since only the net change is a transition. */
    private void moveLastBeats(String id, byte[] user, int bucket) {
        int from = writes.size();
        while (from > 0 && writes.get(from - 1).user().equals(id)) {
            from--;
            beats.keys.remove(beats.keys.size() - 1);
            beats.arguments.remove(beats.arguments.size() - 1);
            beats.arguments.remove(beats.arguments.size() - 1);
        }
        writes.subList(from, writes.size()).forEach(beat -> addOther(beat, user, bucket));
    }

    private void addOther(Write write, byte[] user, int bucket) {
        others.keys.add(layout.users(bucket));
        if (layout.spread().isMoving()) {
            others.keys.add(layout.users(layout.bucketBefore(user)));
        }
        others.arguments.addAll(List.of(user, kind(write), layout.session(write.session()), time(write)));
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
        allKeys.addAll(beats.keys);
        allKeys.addAll(others.keys);
        List<byte[]> all = new ArrayList<>(header);
        all.add(Integer.toString(beats.keys.size()).getBytes(US_ASCII));
        all.addAll(beats.arguments);
        all.addAll(others.arguments);
        return Script.RECORD.call(allKeys, all);
    }

    private boolean isSimple(Write write) {
        return write.kind() == Write.Kind.BEAT
                && write.session().equals(Write.DEFAULT_SESSION)
                && !layout.spread().isMoving()
                && !usersOfOthers.contains(write.user());
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
