package dev.presence;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts from many threads. */
final class Counters {
    private final Map<Counter, LongAdder> adders = new EnumMap<>(Counter.class); // never changed once built

    Counters() {
        for (Counter counter : Counter.values()) {
            adders.put(counter, new LongAdder());
        }
    }

    void increment(Counter counter) {
        add(counter, 1);
    }

    void add(Counter counter, long n) {
        LongAdder adder = adders.get(counter);
        if (adder != null) {
            adder.add(n);
        }
    }

    Map<Counter, Long> snapshot() {
        Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        adders.forEach((counter, adder) -> counts.put(counter, adder.sum()));
        return counts;
    }
}
