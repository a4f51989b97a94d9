package dev.presence.benchmarks;

import dev.presence.benchmarks.BeatWriter.Job;

/** The ways to bring beats to PostgreSQL that are compared. */
enum SqlWay implements Beating {
    /** What stands in most hosts. */
    ALONE("one `UPDATE` and commit per beat, pooled") {
        @Override
        public BeatWriter open(Job job) {
            return PulseBeats.alone(job);
        }

        @Override
        public int depth(Arguments arguments) {
            return 1;
        }
    },
    /** What stands in the better ones. */
    BATCHED("JDBC batch of `UPDATE`s") {
        @Override
        public BeatWriter open(Job job) {
            return PulseBeats.batched(job);
        }
    },
    /** As little as there can be. */
    BARE("bare upsert of arrays") {
        @Override
        public BeatWriter open(Job job) {
            return PulseBeats.upserted(job);
        }

        @Override
        public int threads(Arguments arguments) {
            return arguments.get("connections");
        }
    },
    /** Ours, as hosts call it. */
    TRACKER("ours, tracker and store") {
        @Override
        public BeatWriter open(Job job) {
            return TrackedBeats.onSql(job);
        }

        @Override
        public Beating filling() {
            return STORE;
        }
    },
    /** Ours from the buffer on. */
    STORE("ours, `store.record` of a batch") {
        @Override
        public BeatWriter open(Job job) {
            return StoredBeats.onSql(job);
        }

        @Override
        public int threads(Arguments arguments) {
            return arguments.get("connections");
        }

        @Override
        public Beating filling() {
            return STORE;
        }
    };

    private final String text;

    SqlWay(String text) {
        this.text = text;
    }

    @Override
    public Beating filling() {
        return BARE;
    }

    @Override
    public String toString() {
        return text;
    }
}
