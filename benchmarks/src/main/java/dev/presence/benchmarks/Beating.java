package dev.presence.benchmarks;

import dev.presence.benchmarks.BeatWriter.Job;

/** A way to bring beats to a server. */
interface Beating {
    BeatWriter open(Job job);

    /** How everybody gets there in the first place, with the same layout. */
    default Beating filling() {
        return this;
    }

    default int threads(Arguments arguments) {
        return arguments.get("threads");
    }

    /** How many beats are sent before the answers are waited for. */
    default int depth(Arguments arguments) {
        return arguments.get("depth");
    }
}
