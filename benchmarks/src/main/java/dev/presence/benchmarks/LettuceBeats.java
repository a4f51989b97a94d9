package dev.presence.benchmarks;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Beats by Lettuce, the client that we use too; each thread has its own connection. */
final class LettuceBeats extends BeatWriter {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Sending sending;
    private final RedisClient client;
    private final List<StatefulRedisConnection<String, String>> connections;

    /** One beat on its way. */
    private interface Sending {
        RedisFuture<?> send(RedisAsyncCommands<String, String> commands, LettuceBeats beats, int place);
    }

    private LettuceBeats(Job job, Sending sending) {
        super(job);
        this.sending = sending;
        client = RedisClient.create(job.uri());
        connections = IntStream.range(0, job.threads())
                .mapToObj(thread -> client.connect())
                .toList();
    }

    /** One after the other. */
    static BeatWriter awaited(Job job) {
        return new LettuceBeats(job, set(job));
    }

    static BeatWriter pipelined(Job job) {
        LettuceBeats beats = new LettuceBeats(job, set(job));
        beats.connections.forEach(connection -> connection.setAutoFlushCommands(false));
        return beats;
    }

    static BeatWriter sortedSet(Job job) {
        LettuceBeats beats = new LettuceBeats(
                job,
                (commands, self, place) ->
                        commands.zadd(BeatWay.KEY, (double) System.currentTimeMillis(), self.user(place)));
        beats.connections.forEach(connection -> connection.setAutoFlushCommands(false));
        return beats;
    }

    private static Sending set(Job job) {
        SetArgs expiry = SetArgs.Builder.ex(job.timeoutSeconds());
        return (commands, self, place) -> commands.set(self.key(place), "1", expiry);
    }

    @Override
    void write(int thread, int from, int to) {
        StatefulRedisConnection<String, String> connection = connections.get(thread);
        List<RedisFuture<?>> answers = new ArrayList<>(to - from);
        for (int place = from; place < to; place++) {
            answers.add(sending.send(connection.async(), this, place));
        }
        if (job.depth() > 1) {
            connection.flushCommands();
        }
        if (!LettuceFutures.awaitAll(PATIENCE, answers.toArray(RedisFuture[]::new))) {
            throw new IllegalStateException("no answer within " + PATIENCE);
        }
        acknowledge(to - from);
    }

    @Override
    public void close() {
        connections.forEach(StatefulRedisConnection::close);
        client.shutdown();
    }
}
