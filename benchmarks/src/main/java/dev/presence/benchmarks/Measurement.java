package dev.presence.benchmarks;

import java.util.Map;

/** What one command measures. */
record Measurement(String command, Map<String, Integer> defaults, Work work) {
    /** Measures, and says which bars hold. */
    interface Work {
        void run(Arguments arguments, Bars bars) throws Exception;
    }

    void run(Arguments arguments, Bars bars) throws Exception {
        work.run(arguments, bars);
    }
}
