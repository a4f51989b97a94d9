package dev.presence.jdbc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Up to which transition of each group this node has told its callers: what it tells them next must not be older. Thread-safe. */
final class Progress {
    private final Map<Integer, Told> told = new ConcurrentHashMap<>();

    private record Told(long epoch, long number) {
        Told and(Told later) {
            return later.epoch == epoch && later.number < number ? this : later;
        }
    }

    void note(int group, long epoch, long number) {
        Told now = new Told(epoch, number);
        Told before = told.get(group);
        if (!now.equals(before)) {
            told.merge(group, now, Told::and);
        }
    }

    /** Whether who has read so far may lack a transition that callers know of; also if nothing is known of the group. */
    boolean isBeyond(int group, long epoch, long number) {
        Told known = told.get(group);
        return known == null || known.epoch != epoch || known.number > number;
    }
}
