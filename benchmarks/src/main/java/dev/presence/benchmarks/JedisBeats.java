package dev.presence.benchmarks;

import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.SetParams;

/** Beats by Jedis; each thread has its own connection. */
final class JedisBeats extends BeatWriter {
    private final List<Jedis> connections;

    JedisBeats(Job job) {
        super(job);
        connections = IntStream.range(0, job.threads())
                .mapToObj(thread -> new Jedis(URI.create(job.uri())))
                .toList();
    }

    @Override
    void write(int thread, int from, int to) {
        SetParams expiry = SetParams.setParams().ex(job.timeoutSeconds());
        Pipeline pipeline = connections.get(thread).pipelined();
        for (int place = from; place < to; place++) {
            var unused = pipeline.set(key(place), "1", expiry);
        }
        pipeline.sync();
        acknowledge(to - from);
    }

    @Override
    public void close() {
        connections.forEach(Jedis::close);
    }
}
