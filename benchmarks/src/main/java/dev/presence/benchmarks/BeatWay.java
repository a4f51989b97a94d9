package dev.presence.benchmarks;

import dev.presence.benchmarks.BeatWriter.Job;

/** The ways to bring beats to Redis that are compared: what people write by hand, a bare writer, and ours. */
public enum BeatWay implements Beating {
    /** What stands in most hosts. */
    AWAITED("Lettuce, `SET key 1 EX` awaited each") {
        @Override
        public BeatWriter open(Job job) {
            return LettuceBeats.awaited(job);
        }

        @Override
        public BeatWay filling() {
            return BARE;
        }

        @Override
        public int depth(Arguments arguments) {
            return 1;
        }
    },
    /** The same without waiting for each. */
    PIPELINED("Lettuce, `SET key 1 EX` pipelined") {
        @Override
        public BeatWriter open(Job job) {
            return LettuceBeats.pipelined(job);
        }
    },
    /** The other client. */
    JEDIS("Jedis, `SET key 1 EX` pipelined") {
        @Override
        public BeatWriter open(Job job) {
            return new JedisBeats(job);
        }
    },
    /** A map with a time-out for each entry. */
    REDISSON("Redisson, `RMapCache.fastPut` in batches") {
        @Override
        public BeatWriter open(Job job) {
            return new RedissonBeats(job);
        }
    },
    /** One sorted set over everything, which can be swept. */
    ZSET("Lettuce, `ZADD` to one set, pipelined") {
        @Override
        public BeatWriter open(Job job) {
            return LettuceBeats.sortedSet(job);
        }
    },
    /** As little client as there can be. */
    BARE("bare socket, `SET key 1 EX` pipelined") {
        @Override
        public BeatWriter open(Job job) {
            return new BareBeats(job);
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
            return TrackedBeats.onRedis(job);
        }
    },
    /** Ours from the buffer on. */
    STORE("ours, `store.record` of a batch") {
        @Override
        public BeatWriter open(Job job) {
            return StoredBeats.onRedis(job, user -> "");
        }

        @Override
        public int threads(Arguments arguments) {
            return 1;
        }
    },
    /** The same with a named session for each user and no default one. */
    SESSIONS("ours, `store.record`, a session id like a UUID") {
        @Override
        public BeatWriter open(Job job) {
            return StoredBeats.onRedis(job, TestIds::uuid);
        }

        @Override
        public int threads(Arguments arguments) {
            return 1;
        }
    };

    /** Of the sorted set, and of the map. */
    static final String KEY = "presence:beats";

    private final String text;

    BeatWay(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
