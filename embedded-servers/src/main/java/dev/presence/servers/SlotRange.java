package dev.presence.servers;

import java.util.List;

/** Slots of a cluster that have the same master, known by its port. */
record SlotRange(int first, int last, int masterPort) {
    static List<SlotRange> seenBy(RedisServer node) {
        return node.list("CLUSTER", "SLOTS").stream()
                .map(range -> of((List<?>) range))
                .toList();
    }

    boolean contains(int slot) {
        return first <= slot && slot <= last;
    }

    /** The first two elements are the bounds, the third is the master: its address, its port and more. */
    private static SlotRange of(List<?> range) {
        return new SlotRange(number(range.get(0)), number(range.get(1)), number(((List<?>) range.get(2)).get(1)));
    }

    private static int number(Object element) {
        return ((Long) element).intValue();
    }
}
