package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.presence.FeedPosition;
import dev.presence.HeartbeatTracker;
import dev.presence.ManualClock;
import dev.presence.OnlinePage;
import dev.presence.PresenceClock;
import dev.presence.PresenceStoreException;
import dev.presence.StoreSettings;
import dev.presence.SweepRequest;
import dev.presence.Write;
import dev.presence.WriteBatch;
import dev.presence.servers.RedisCluster;
import dev.presence.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The rights that the README gives to the store's user are enough for all that the store does, and none is left over. */
class AclIT {
    private static final Path README = Path.of("../README.md");
    private static final Pattern LINE = Pattern.compile("(?m)^ACL SETUSER (presence .*)$");
    private static final Pattern CALLED = Pattern.compile("(?m)^cmdstat_([^:]+):calls=");

    /** Commands by which Lettuce finds its way in a cluster, and so of no use to a single server. */
    private static final Set<String> OF_CLUSTERS =
            Set.of("client|setname", "cluster|myid", "cluster|nodes", "spublish", "ssubscribe");

    /** What a cluster has in another form, which Redis 6.2 does not know yet. */
    private static final Set<String> OF_ONE_SERVER = Set.of("publish", "subscribe");

    @Test
    void rightsInTheReadmeAreEnoughOnOneServerAndNoneIsLeftOver() throws IOException {
        try (RedisServer server = RedisServer.start()) {
            grant(server);

            useEverything(asUser(server));

            assertThat(refusals(server)).isEmpty();
            Set<String> unused = granted();
            unused.removeAll(called(server));
            assertThat(unused).isEqualTo(OF_CLUSTERS);
        }
    }

    @Test
    void rightsInTheReadmeAreEnoughOnAClusterAndNoneIsLeftOver() throws IOException {
        try (RedisCluster cluster = RedisCluster.start()) {
            for (RedisServer node : cluster.nodes()) {
                grant(node);
            }

            useEverything(asUser(cluster.nodes().get(0)));

            Set<String> unused = granted();
            for (RedisServer node : cluster.nodes()) {
                assertThat(refusals(node)).isEmpty();
                unused.removeAll(called(node));
            }
            assertThat(unused).isEqualTo(OF_ONE_SERVER);
        }
    }

    @Test
    void nothingOutsideThePrefixIsAllowed() throws IOException {
        try (RedisServer server = RedisServer.start()) {
            grant(server);

            assertThatThrownBy(() -> RedisPresenceStore.builder(asUser(server))
                            .keyPrefix("other")
                            .build())
                    .isInstanceOf(PresenceStoreException.class)
                    .hasMessageContaining("NOPERM");
            assertThatThrownBy(() -> RedisPresenceStore.builder(asUser(server))
                            .keyPrefix("presence2")
                            .build())
                    .isInstanceOf(PresenceStoreException.class)
                    .hasMessageContaining("NOPERM");
            try (RedisClient client = RedisClient.create(asUser(server));
                    StatefulRedisConnection<String, String> connection = client.connect()) {
                RedisCommands<String, String> user = connection.sync();
                List<Consumer<RedisCommands<String, String>>> others = List.of(
                        redis -> redis.hget("session:1", "user"),
                        redis -> redis.publish("news", "x"),
                        redis -> redis.eval("return redis.call('HGET', 'session:1', 'user')", ScriptOutputType.VALUE),
                        redis -> redis.keys("*"),
                        RedisCommands::flushall,
                        redis -> redis.append("presence:settings", "x"));
                assertThat(others)
                        .allSatisfy(other -> assertThatThrownBy(() -> other.accept(user))
                                .isInstanceOf(RedisCommandExecutionException.class)
                                .hasMessageMatching(
                                        "(?s).*(NOPERM|ACL failure|can't access at least one of the keys).*"));
            }
        }
    }

    /** Has the store send all commands that it ever sends. */
    private static void useEverything(String uri) {
        ManualClock clock = ManualClock.create();
        AtomicInteger heard = new AtomicInteger();
        try (RedisPresenceStore store = builder(uri, clock).build();
                RedisPresenceStore other = builder(uri, store.clock()).build();
                HeartbeatTracker tracker = HeartbeatTracker.builder(store)
                        .sweepInterval(Duration.ofMinutes(5))
                        .build()) {
            List<String> transitions = new ArrayList<>();
            var listening = tracker.addListener(it -> transitions.add(it.user() + " " + it.presence()));
            var hearing = other.onFeed(heard::incrementAndGet);
            tracker.heartbeat("ada");
            tracker.heartbeat("bob", "phone");
            for (int i = 0; i < 20; i++) { // more than a compact bucket takes, and more than a user may have
                tracker.heartbeat("cyd", "tab" + i);
            }
            tracker.flush();
            await().until(() -> {
                clock.runDue();
                return heard.get() > 0; // of a word on the channel
            });
            assertThat(tracker.statuses(List.of("ada", "bob", "dan")).statuses())
                    .extracting(it -> it.isOnline())
                    .containsExactly(true, true, false);
            assertThat(tracker.onlineCount()).isEqualTo(3);
            assertThat(tracker.onlineUsers(OnlinePage.START, 100_000_000).users())
                    .containsExactlyInAnyOrder("ada", "bob", "cyd");

            tracker.disconnect("bob", "phone");
            tracker.disconnectAll("cyd");
            tracker.flush();
            clock.advance(Duration.ofMinutes(11)); // sweeps; ada lapses
            assertThat(transitions)
                    .containsExactlyInAnyOrder(
                            "ada ONLINE", "bob ONLINE", "cyd ONLINE", "bob OFFLINE", "cyd OFFLINE", "ada OFFLINE");
            assertThat(other.feed(FeedPosition.END, 1).next()).isNotNull();

            StoreSettings changed =
                    store.settings().withTimeout(Duration.ofMinutes(9)).withVersion(2);
            try (RedisPresenceStore newer = builder(uri, store.clock())
                    .settings(changed)
                    .expectedUsers(10_000) // has users move to other buckets
                    .build()) {
                newer.record(
                        new WriteBatch("n", newer.statuses(List.of()).nowMillis(), List.of(Write.beat("ada", "", 0))));
            }
            clock.advance(Duration.ofMinutes(16)); // three sweeps: some have moved, and others are about to
            tracker.forget("bob");
            clock.advance(Duration.ofHours(2)); // old transitions are trimmed
            tracker.forget("ada");
            tracker.forget("cyd");
            clock.advance(Duration.ofHours(2)); // tombstones are, and buckets in which nothing is due any more
            listening.close();
            hearing.close();
        }
        sweepByTurns(uri);
    }

    /** What nodes do by the server's clock. */
    private static void sweepByTurns(String uri) {
        try (RedisPresenceStore store =
                RedisPresenceStore.builder(uri).keyPrefix("presence:live").build()) {
            for (String node : List.of("one", "other")) {
                store.expire(new SweepRequest(node, store.statuses(List.of()).nowMillis(), 10_000, 0, 10));
            }
        }
    }

    private static RedisPresenceStoreBuilder builder(String uri, PresenceClock clock) {
        return RedisPresenceStore.builder(uri)
                .clock(clock)
                .timeout(Duration.ofMinutes(10))
                .expectedUsers(1_000);
    }

    private static List<String> words() throws IOException {
        Matcher line = LINE.matcher(Files.readString(README));
        assertThat(line.find()).isTrue();
        return List.of(line.group(1).split(" ", -1));
    }

    private static Set<String> granted() throws IOException {
        return words().stream()
                .filter(word -> word.startsWith("+"))
                .map(word -> word.substring(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void grant(RedisServer server) throws IOException {
        CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8).add("SETUSER");
        for (String word : words()) {
            args.add(word);
        }
        admin(server, redis -> {
            redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
        });
    }

    private static String asUser(RedisServer server) {
        return server.uri().replace("redis://", "redis://presence:secret@");
    }

    /** What the server refused to whom, be it that the client made nothing of it. */
    private static List<Object> refusals(RedisServer server) {
        List<Object> refusals = new ArrayList<>();
        admin(
                server,
                redis -> refusals.addAll(redis.dispatch(
                        CommandType.ACL,
                        new ArrayOutput<>(StringCodec.UTF8),
                        new CommandArgs<>(StringCodec.UTF8).add("LOG"))));
        return refusals;
    }

    private static Set<String> called(RedisServer server) {
        Set<String> called = new TreeSet<>();
        admin(
                server,
                redis -> CALLED.matcher(redis.info("commandstats")).results().forEach(it -> called.add(it.group(1))));
        return called;
    }

    private static void admin(RedisServer server, Consumer<RedisCommands<String, String>> work) {
        try (RedisClient client = RedisClient.create(server.uri());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            work.accept(connection.sync());
        }
    }
}
