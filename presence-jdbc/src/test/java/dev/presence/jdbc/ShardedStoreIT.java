package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.HeartbeatTracker;
import dev.presence.PresenceStoreException;
import dev.presence.StoreReply;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where statements go over two shards with followers that lag, and that the documentation has the recipe. */
class ShardedStoreIT {
    private static final Path DOCUMENT = Path.of("../docs/sharding.md");
    private static final Path HERE = Path.of("src/test/java/dev/presence/jdbc/ShardedStoreIT.java");
    private static final Shards SHARDS = Shards.start();

    @BeforeAll
    static void create() {
        try (JdbcPresenceStore store = SHARDS.builder().createSchema().build()) {
            awaitRecorded(store);
        }
    }

    @AfterAll
    static void close() {
        SHARDS.close();
    }

    @BeforeEach
    void empty() {
        SHARDS.empty();
    }

    private static List<String> users(int shard) {
        return IntStream.range(0, 200)
                .mapToObj(i -> "user" + i)
                .filter(user -> UserKey.of(user, Shards.COUNT).group() == shard)
                .toList();
    }

    private static List<Write> beats(List<String> users) {
        return users.stream().map(user -> Write.beat(user, "", 0)).toList();
    }

    /** The first statements are slow, and a batch that comes late is refused. */
    private static void awaitRecorded(JdbcPresenceStore store) {
        List<Write> all = Stream.concat(beats(users(0)).stream(), beats(users(1)).stream())
                .toList();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            StoreReply reply = StoreDetails.record(store, all);
            return reply.verdict() == StoreReply.Verdict.DONE
                    && reply.unreached().isEmpty();
        });
    }

    private static boolean areOnline(JdbcPresenceStore store, List<String> users) {
        return store.statuses(users).statuses().stream().allMatch(UserStatus::isOnline);
    }

    @Test
    void recipeIsTheDocuments() throws IOException {
        String document = plain(Files.readString(DOCUMENT));
        String here = Files.readString(HERE);
        String java = here.substring(here.indexOf("// README SHARDS\n") + 17, here.indexOf("        // end\n"));
        assertThat(document).contains(plain(Shards.yaml())).contains(plain(java));
    }

    private static String plain(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    void usersLiveOnTheShardOfTheirGroup() {
        DataSource shards = SHARDS.dataSource();
        // README SHARDS
        // shards: what YamlShardingSphereDataSourceFactory.createDataSource makes of the file
        JdbcPresenceStore store = JdbcPresenceStore.builder(shards)
                .groups(2) // a multiple of the number of shards, for good
                .readWriteSplitting()
                .createSchema()
                .build();
        HeartbeatTracker tracker = HeartbeatTracker.create(store);
        // end
        try (store;
                tracker) {
            Stream.of(users(0), users(1)).flatMap(List::stream).forEach(tracker::heartbeat);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> areOnline(store, users(0)) && areOnline(store, users(1)));
            await().atMost(Duration.ofSeconds(30)).until(() -> store.stats().onlineUsers() == 200);
        }
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            assertThat(Shards.execute(SHARDS.leader(shard), "SELECT COUNT(*) FROM presence_user"))
                    .isEqualTo(users(shard).size());
            assertThat(Shards.execute(SHARDS.leader(shard), "SELECT COUNT(*) FROM presence_user WHERE grp <> " + shard))
                    .isZero();
        }
    }

    @Test
    void followerThatLagsTakesNoTransitionBack() {
        try (JdbcPresenceStore store =
                        SHARDS.builder().timeout(Duration.ofMinutes(5)).build();
                HeartbeatTracker tracker = HeartbeatTracker.create(store)) {
            String user = users(0).get(0);
            tracker.heartbeat(user);
            tracker.flush();
            Shards.execute(SHARDS.follower(0), "SELECT pg_wal_replay_pause()");
            tracker.disconnect(user);
            tracker.flush();
            for (int i = 0; i < 20; i++) {
                assertThat(areOnline(store, List.of(user))).isFalse();
            }
        } finally {
            Shards.execute(SHARDS.follower(0), "SELECT pg_wal_replay_resume()");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shardThatIsDownStopsOnlyItsUsersAndWhatFansOut(int down) {
        int up = 1 - down;
        try (Shards shards = Shards.start();
                JdbcPresenceStore store = shards.builder().createSchema().build()) {
            List<Write> all = Stream.concat(beats(users(0)).stream(), beats(users(1)).stream())
                    .toList();
            awaitRecorded(store);
            FeedPosition place = store.feed(FeedPosition.END, 1).next();
            shards.follower(down).kill();
            shards.leader(down).kill();
            long now = store.statuses(users(up)).nowMillis();
            StoreReply reply = store.record(new WriteBatch("node", now, all));
            assertThat(reply.verdict()).isEqualTo(StoreReply.Verdict.DONE);
            assertThat(reply.unreached()).containsExactlyInAnyOrderElementsOf(users(down));
            assertThat(areOnline(store, users(up))).isTrue();
            String leaving = users(up).get(0);
            now = store.statuses(users(up)).nowMillis();
            store.record(new WriteBatch("node", now, List.of(Write.end(leaving, "", 0))));
            FeedPage page = store.feed(place, 10);
            assertThat(page.entries()).hasSize(1);
            assertThat(page.continuity()).isEqualTo(FeedPage.Continuity.PARTIAL);
            now = store.statuses(users(up)).nowMillis();
            store.record(new WriteBatch("node", now, List.of(Write.beat(leaving, "", 0))));
            assertThatThrownBy(() -> store.statuses(users(down))).isInstanceOf(PresenceStoreException.class);
            assertThatThrownBy(store::stats).isInstanceOf(PresenceStoreException.class);
            shards.leader(down).restart();
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(PresenceStoreException.class)
                    .until(() -> areOnline(store, users(down)) && store.stats().onlineUsers() == 200);
            assertThat(store.feed(page.next(), 1_000).continuity()).isNotEqualTo(FeedPage.Continuity.PARTIAL);
        }
    }
}
