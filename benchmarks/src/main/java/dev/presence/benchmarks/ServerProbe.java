package dev.presence.benchmarks;

/** What a server takes of the machine, over a connection of its own. */
interface ServerProbe extends AutoCloseable {
    /** For a store without a server. */
    ServerProbe NONE = new ServerProbe() {
        @Override
        public double cpuSeconds() {
            return 0;
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public String where() {
            return "";
        }

        @Override
        public long calls() {
            return 0;
        }

        @Override
        public void close() {}
    };

    /** The CPU time of the server since some moment. */
    double cpuSeconds();

    /** What it keeps in memory, or on disk. */
    long bytes();

    /** Where it keeps that. */
    String where();

    /** What it was asked to do since some moment: commands, those within scripts too, or transactions. */
    long calls();

    @Override
    void close();
}
