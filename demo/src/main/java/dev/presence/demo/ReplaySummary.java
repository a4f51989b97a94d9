package dev.presence.demo;

/**
 * What a replay came to.
 *
 * @param beats lines that were replayed
 * @param users distinct users
 * @param online transitions to online
 * @param offline transitions to offline
 * @param peak the most users online at once
 */
record ReplaySummary(long beats, long users, long online, long offline, long peak) {
    /** The line that scripts read. */
    @Override
    public String toString() {
        return "beats=" + beats + " users=" + users + " online=" + online + " offline=" + offline + " peak=" + peak;
    }
}
