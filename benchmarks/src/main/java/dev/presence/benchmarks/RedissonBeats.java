package dev.presence.benchmarks;

import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RBatch;
import org.redisson.api.RMapCacheAsync;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Beats by Redisson: one map whose entries expire, as its documentation has it, many in a batch. */
final class RedissonBeats extends BeatWriter {
    private final RedissonClient client;

    RedissonBeats(Job job) {
        super(job);
        client = client(job.uri(), job.threads());
    }

    static RedissonClient client(String uri, int connections) {
        Config config = new Config();
        config.useSingleServer()
                .setAddress(uri)
                .setConnectionPoolSize(connections)
                .setConnectionMinimumIdleSize(connections);
        config.setCodec(StringCodec.INSTANCE);
        return Redisson.create(config);
    }

    @Override
    void write(int thread, int from, int to) {
        RBatch batch = client.createBatch();
        RMapCacheAsync<String, String> beats = batch.getMapCache(BeatWay.KEY);
        for (int place = from; place < to; place++) {
            var unused = beats.fastPutAsync(user(place), "1", job.timeoutSeconds(), TimeUnit.SECONDS);
        }
        var unused = batch.execute();
        acknowledge(to - from);
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
