package dev.presence.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many may listen at once, in all and of one caller. Thread-safe. */
final class Places {
    private final int maximum;
    private final int maximumPerCaller;
    private final AtomicInteger taken = new AtomicInteger();
    private final Map<String, Integer> ofCaller = new ConcurrentHashMap<>();

    Places(int maximum, int maximumPerCaller) {
        this.maximum = maximum;
        this.maximumPerCaller = maximumPerCaller;
    }

    /** Whether there is one more for the caller, who then has it until it is given back. */
    boolean take(String caller) {
        int all = taken.incrementAndGet();
        int own = ofCaller.merge(caller, 1, Integer::sum);
        boolean enough = all <= maximum && own <= maximumPerCaller;
        if (!enough) {
            giveBack(caller);
        }
        return enough;
    }

    void giveBack(String caller) {
        taken.decrementAndGet();
        ofCaller.computeIfPresent(caller, (id, count) -> count == 1 ? null : count - 1);
    }
}
