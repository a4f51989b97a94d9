package dev.presence.redis;

import dev.presence.PresenceStoreException;
import dev.presence.PresenceStoreUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.output.ByteArrayOutput;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Commands that travel together, and one wait for all of the answers. To one server they go in pieces of {@value #MOST_HELD}, each
 * one write; on a cluster the connection sends each to the master of its key, and after it where a slot has moved. Used by one thread, once.
 */
final class Pipeline {
    private static final int MOST_HELD = 16;

    private final StatefulConnection<byte[], byte[]> connection;
    private final Duration timeout;
    private final Silence silence;
    private final List<Sent<?>> sent = new ArrayList<>();
    private int dispatched; // of these

    /** The answer to one command. */
    static final class Sent<T> {
        private AsyncCommand<byte[], byte[], T> command;
        private final Script.@Nullable Call call;

        private Sent(AsyncCommand<byte[], byte[], T> command, Script.@Nullable Call call) {
            this.command = command;
            this.call = call;
        }
    }

    Pipeline(StatefulConnection<byte[], byte[]> connection, Duration timeout, Silence silence) {
        this.connection = connection;
        this.timeout = timeout;
        this.silence = silence;
    }

    Sent<List<Object>> script(Script.Call call) {
        return add(new Sent<>(call.byDigest(), call));
    }

    Sent<byte[]> hget(byte[] key, byte[] field) {
        return command(
                CommandType.HGET,
                new ByteArrayOutput<>(ByteArrayCodec.INSTANCE),
                args(key).add(field));
    }

    Sent<List<Object>> hmget(byte[] key, byte[]... fields) {
        CommandArgs<byte[], byte[]> args = args(key);
        for (byte[] field : fields) {
            args.add(field);
        }
        return command(CommandType.HMGET, new ArrayOutput<>(ByteArrayCodec.INSTANCE), args);
    }

    Sent<List<Object>> hkeys(byte[] key) {
        return command(CommandType.HKEYS, new ArrayOutput<>(ByteArrayCodec.INSTANCE), args(key));
    }

    /** The server's time: seconds and microseconds. */
    Sent<List<Object>> time() {
        return command(
                CommandType.TIME,
                new ArrayOutput<>(ByteArrayCodec.INSTANCE),
                new CommandArgs<>(ByteArrayCodec.INSTANCE));
    }

    /** The members of a sorted set. */
    Sent<List<Object>> zmembers(byte[] key) {
        return command(
                CommandType.ZRANGE,
                new ArrayOutput<>(ByteArrayCodec.INSTANCE),
                args(key).add(0).add(-1));
    }

    Sent<List<Object>> hgetall(byte[] key) {
        return command(CommandType.HGETALL, new ArrayOutput<>(ByteArrayCodec.INSTANCE), args(key));
    }

    /** What a stream has after an entry. */
    Sent<List<Object>> xrange(byte[] key, String after, int count) {
        return command(
                CommandType.XRANGE,
                new ArrayOutput<>(ByteArrayCodec.INSTANCE),
                args(key).add("(" + after).add("+").add("COUNT").add(count));
    }

    private static CommandArgs<byte[], byte[]> args(byte[] key) {
        return new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(key);
    }

    private <T> Sent<T> command(
            CommandType type, CommandOutput<byte[], byte[], T> output, CommandArgs<byte[], byte[]> args) {
        return add(new Sent<>(new AsyncCommand<>(new Command<>(type, output, args)), null));
    }

    private <T> Sent<T> add(Sent<T> one) {
        if (sent.size() - dispatched == MOST_HELD) { // the server has something to do while the rest is made
            dispatch(commands(sent.subList(dispatched, sent.size())));
            dispatched = sent.size();
        }
        sent.add(one);
        return one;
    }

    /** Sends what has not been sent, and waits until each is answered or has failed. */
    void run() {
        send(sent, dispatched);
        List<Sent<?>> unknown = new ArrayList<>();
        for (Sent<?> one : sent) {
            if (failure(one) instanceof RedisNoScriptException) {
                unknown.add(bySource(one));
            }
        }
        send(unknown, 0); // a server that started lately knows no scripts; to be called with its source teaches it
    }

    @SuppressWarnings("unchecked") // only scripts have a call, and their answer is a list
    private static Sent<?> bySource(Sent<?> one) {
        Script.Call call = one.call;
        if (call != null) {
            ((Sent<List<Object>>) one).command = call.bySource();
        }
        return one;
    }

    /** Some of which the first may have been dispatched already. */
    private void send(List<Sent<?>> some, int from) {
        if (some.isEmpty()) {
            return;
        }
        List<RedisCommand<byte[], byte[], ?>> rest = commands(some.subList(from, some.size() - 1));
        AsyncCommand<byte[], byte[], ?> last = breakingSilence(some.get(some.size() - 1).command);
        rest.add(last);
        int before = silence.waits();
        dispatch(rest);
        try {
            await(some);
            silence.ended();
        } catch (TimeoutException e) {
            boolean isSilent = some.stream().noneMatch(one -> one.command.isDone());
            some.forEach(
                    one -> one.command.cancel()); // so that none is sent again after a reconnect; done ones stay done
            last.cancel();
            if (isSilent) {
                silence.lasted(before);
            } else {
                silence.ended();
            }
        } catch (ExecutionException e) {
            silence.ended(); // what it is about is told by result()
        } catch (InterruptedException e) {
            some.forEach(one -> one.command.cancel());
            last.cancel();
            Thread.currentThread().interrupt();
            throw new PresenceStoreUnavailableException("interrupted while waiting for Redis", e);
        }
    }

    /** The same command, whose answer counts as a sign of life however late it comes. */
    private <T> AsyncCommand<byte[], byte[], T> breakingSilence(AsyncCommand<byte[], byte[], T> command) {
        return new AsyncCommand<>(command) {
            @Override
            public void complete() {
                silence.ended();
                super.complete();
            }
        };
    }

    /** One connection answers in order, so the last is told last; a cluster has several. */
    private void await(List<Sent<?>> some) throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<?> last = some.get(some.size() - 1).command;
        last.exceptionally(failure -> null).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (some.stream().anyMatch(one -> !one.command.isDone())) {
            CompletableFuture<?>[] all = some.stream().map(one -> one.command).toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(all).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private static List<RedisCommand<byte[], byte[], ?>> commands(List<Sent<?>> some) {
        List<RedisCommand<byte[], byte[], ?>> commands = new ArrayList<>(some.size() + 1);
        some.forEach(one -> commands.add(one.command));
        return commands;
    }

    private void dispatch(List<RedisCommand<byte[], byte[], ?>> commands) {
        if (connection instanceof StatefulRedisClusterConnection) {
            commands.forEach(this::dispatchAlone); // sent as a collection, one master that is down fails them all
        } else {
            connection.dispatch(commands);
        }
    }

    private <T> void dispatchAlone(RedisCommand<byte[], byte[], T> command) {
        connection.dispatch(command);
    }

    private static @Nullable Throwable failure(Sent<?> one) {
        try {
            one.command.getNow(null);
            return null;
        } catch (CompletionException e) {
            return e.getCause();
        } catch (CancellationException e) {
            return e;
        }
    }

    /** The answer; throws if there is none. */
    <T> @Nullable T result(Sent<T> one) {
        Throwable failure = failure(one);
        if (failure == null) {
            return one.command.getNow(null);
        }
        throw translate(failure);
    }

    private PresenceStoreException translate(Throwable failure) {
        if (failure instanceof CancellationException) {
            return new PresenceStoreUnavailableException("Redis did not answer within " + timeout, failure);
        }
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof RedisCommandExecutionException) {
            return mayPass(message)
                    ? new PresenceStoreUnavailableException("Redis refuses commands for now: " + message, failure)
                    : new PresenceStoreException("Redis refused a command: " + message, failure);
        }
        return new PresenceStoreUnavailableException("Redis cannot be reached: " + message, failure);
    }

    /** Refusals that end by themselves or by an operator's hand. */
    private static boolean mayPass(String message) {
        for (String prefix : new String[] {
            "LOADING",
            "BUSY",
            "TRYAGAIN",
            "CLUSTERDOWN",
            "MASTERDOWN",
            "READONLY",
            "OOM",
            "MISCONF",
            "NOREPLICAS",
            "MOVED",
            "ASK",
            "UNBLOCKED",
            "NOSCRIPT"
        }) {
            if (message.startsWith(prefix)
                    || message.contains("-" + prefix + " ")) { // the latter from within a script of 6.2
                return true;
            }
        }
        return false;
    }
}
