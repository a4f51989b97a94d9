package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.ManualClock;
import dev.presence.Presence;
import dev.presence.PresenceClock;
import dev.presence.Sequence;
import dev.presence.StoreSettings;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import dev.presence.servers.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many users of few groups who come and go at once. */
class CrowdIT {
    private static final StoreSettings SETTINGS = StoreSettings.defaults();
    private static final Duration LAPSE = SETTINGS.timeout().plusMillis(1);
    private static final long EARLIER = SETTINGS.timeout().toMillis() / 8;
    private static final List<String> USERS =
            IntStream.range(0, 4_000).mapToObj(i -> "user" + i).toList();

    private final RedisServer server = RedisServer.start();
    private final JumpingClock clock = new JumpingClock();
    private RedisPresenceStore store = open(SETTINGS, "presence");
    private FeedPosition read = store.feed(FeedPosition.END, 1).next();

    private RedisPresenceStore open(StoreSettings settings, String prefix) {
        return builder(settings, prefix).expectedUsers(10_000).groups(2).build();
    }

    private RedisPresenceStoreBuilder builder(StoreSettings settings, String prefix) {
        return RedisPresenceStore.builder(server.uri())
                .settings(settings)
                .keyPrefix(prefix)
                .clock(clock);
    }

    @AfterEach
    void stop() {
        store.close();
        server.close();
    }

    private void beat(Stream<Write> writes) {
        store.record(new WriteBatch("n", clock.millis(), writes.toList()));
    }

    private SweepReply sweep(int limit) {
        return store.expire(new SweepRequest("n", clock.millis(), 3_600_000, 0, limit));
    }

    private int sweepAll() {
        int claimed = 0;
        SweepReply reply;
        do {
            reply = sweep(USERS.size());
            claimed += reply.claimed();
        } while (reply.nextDueMillis() <= reply.nowMillis());
        return claimed;
    }

    /** Stands still, but for one jump when it was asked often enough, as for a process that was paused. */
    private static final class JumpingClock implements PresenceClock {
        private final ManualClock time = ManualClock.create();
        private int untilJump;

        void advance(Duration duration) {
            time.advance(duration);
        }

        void jumpAfter(int questions) {
            untilJump = questions;
        }

        private ManualClock asked() {
            if (untilJump > 0 && --untilJump == 0) {
                advance(LAPSE.multipliedBy(2));
            }
            return time;
        }

        @Override
        public long millis() {
            return asked().millis();
        }

        @Override
        public long nanos() {
            return asked().nanos();
        }

        @Override
        public Timer schedule(Runnable task, long delayMillis, long slackMillis) {
            return time.schedule(task, delayMillis, slackMillis);
        }
    }

    private List<FeedEntry> readAll() {
        List<FeedEntry> entries = new ArrayList<>();
        while (true) {
            FeedPage page = store.feed(read, 700);
            assertThat(page.continuity()).isEqualTo(FeedPage.Continuity.COMPLETE);
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(700);
            read = page.next();
            if (page.entries().isEmpty()) {
                return entries;
            }
            entries.addAll(page.entries());
        }
    }

    private FeedPage.Continuity continuity() {
        return store.feed(read, 1).continuity();
    }

    @Test
    void eachIsClaimedOnceAndNoMoreThanAskedForWhateverSessionsTheyHave() {
        beat(USERS.stream().map(user -> Write.beat(user, user.endsWith("3") ? "tab" : "", 0)));
        beat(USERS.stream().filter(user -> user.endsWith("7")).map(user -> Write.beat(user, "tab", 0)));
        clock.advance(LAPSE);
        beat(USERS.stream().filter(user -> user.endsWith("5")).map(user -> Write.beat(user, "", 0)));
        assertThat(readAll()).extracting(FeedEntry::presence).containsOnly(Presence.ONLINE);
        int claimed = 0;
        for (int limit : new int[] {1, 7, 300, 1_000}) {
            SweepReply reply = sweep(limit);
            assertThat(reply.claimed()).isEqualTo(limit);
            assertThat(reply.nextDueMillis()).isLessThanOrEqualTo(reply.nowMillis());
            claimed += limit;
        }
        claimed += sweepAll();
        List<String> gone = USERS.stream().filter(user -> !user.endsWith("5")).toList();
        assertThat(claimed).isEqualTo(gone.size());
        assertThat(readAll())
                .allMatch(entry -> entry.presence() == Presence.OFFLINE)
                .extracting(FeedEntry::user)
                .containsExactlyInAnyOrderElementsOf(gone);
        assertThat(store.stats().onlineUsers()).isEqualTo(USERS.size() - gone.size());
        assertThat(sweep(1).nextDueMillis() - clock.millis()).isBetween(LAPSE.toMillis() - EARLIER, LAPSE.toMillis());
        assertThat(store.statuses(gone.subList(0, 900)).statuses())
                .extracting(UserStatus::lastSeen)
                .containsOnly(Optional.of(Instant.ofEpochMilli(clock.millis()).minus(LAPSE)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void sweepThatStoodStillClaimsNobodyWhoCouldNotBeat(int questions) {
        beat(USERS.stream().filter(user -> user.endsWith("3")).map(user -> Write.beat(user, "", 0)));
        clock.advance(LAPSE);
        beat(USERS.stream().filter(user -> !user.endsWith("3")).map(user -> Write.beat(user, "", 0)));
        store.expire(new SweepRequest("n", clock.millis(), 1_000, 0, 1));
        readAll();
        long madeAt = clock.millis();
        clock.jumpAfter(questions);
        store.expire(new SweepRequest("n", madeAt, 1_000, 0, USERS.size()));
        assertThat(readAll()).extracting(FeedEntry::user).allMatch(user -> user.endsWith("3"));
    }

    @Test
    void sweepsThatComeToTheirLimitGoOnWithoutAnotherLook() {
        beat(USERS.stream().map(user -> Write.beat(user, "", 0)));
        clock.advance(LAPSE);
        int sweeps = 0;
        for (; store.stats().onlineUsers() > 0; sweeps++) {
            assertThat(sweep(300).claimed()).isPositive();
        }
        assertThat(readAll()).hasSize(2 * USERS.size());
        int looks =
                calls("zrangebyscore") / 2 / 2; // of each group which of its buckets are due, and when the next one is
        assertThat(looks).isLessThanOrEqualTo(sweeps / 2);
    }

    @Test
    void sweepThatKnowsOfALongerFlushIntervalDoesNotGoOnByAShorterOne() {
        beat(USERS.stream().map(user -> Write.beat(user, "", 0)));
        clock.advance(LAPSE);
        assertThat(sweep(300).claimed()).isEqualTo(300);
        SweepReply reply = store.expire(new SweepRequest("n", clock.millis(), 3_600_000, 5_000, 300));
        assertThat(reply.claimed()).isZero(); // what a node has in its buffer may still keep them online
        clock.advance(Duration.ofSeconds(5));
        assertThat(store.expire(new SweepRequest("n", clock.millis(), 3_600_000, 5_000, 300))
                        .claimed())
                .isEqualTo(300);
    }

    @Test
    void whoComesAndGoesWithinABatchDoesNotTurn() {
        List<String> users = USERS.subList(0, 20);
        beat(users.stream().map(user -> Write.beat(user, "", 0)));
        beat(users.stream().map(user -> Write.end(user, "", 0)));
        readAll();
        clock.advance(Duration.ofMillis(1));
        List<String> some =
                Stream.concat(users.stream(), USERS.subList(100, 120).stream()).toList();
        beat(some.stream().flatMap(user -> Stream.of(Write.beat(user, "", 0), Write.end(user, "", 0))));
        assertThat(readAll()).isEmpty();
        assertThat(store.stats().onlineUsers()).isZero();
        assertThat(store.statuses(some).statuses())
                .extracting(UserStatus::lastSeen)
                .containsOnly(Optional.of(Instant.ofEpochMilli(clock.millis())));
    }

    /** Whoever lapses after the look that named the rest is not forgotten. */
    @Test
    void sweepThatGoesOnIsFollowedByOneThatLooks() {
        beat(USERS.stream().map(user -> Write.beat(user, "", 0)));
        clock.advance(LAPSE);
        SweepReply reply = sweep(300);
        beat(Stream.of(Write.beat("late", "", LAPSE.toMillis() - 1)));
        clock.advance(Duration.ofMillis(2));
        for (int claimed = reply.claimed(); claimed <= USERS.size(); claimed += reply.claimed()) {
            assertThat(reply.nextDueMillis()).isLessThanOrEqualTo(reply.nowMillis());
            reply = sweep(300);
        }
        assertThat(readAll()).filteredOn(entry -> entry.user().equals("late")).hasSize(2);
    }

    @Test
    void whoseSessionsAreLostIsClaimedAllTheSame() {
        beat(IntStream.range(0, 8).mapToObj(session -> Write.beat("ada", "tab" + session, 0)));
        readAll();
        withServer(commands -> commands.del(commands.keys("*}x").toArray(String[]::new)));
        clock.advance(LAPSE);
        assertThat(sweepAll()).isEqualTo(1);
        assertThat(readAll()).extracting(FeedEntry::user).containsExactly("ada");
        assertThat(store.stats().onlineUsers()).isZero();
    }

    @Test
    void whoReturnsIsOnlineAgainAndLastSeenNeverMovesBack() {
        beat(USERS.stream().map(user -> Write.beat(user, "", 0)));
        clock.advance(LAPSE);
        assertThat(sweepAll()).isEqualTo(USERS.size());
        read = store.feed(FeedPosition.END, 1).next();
        long old = LAPSE.toMillis() + 1; // before the last beat of anybody
        beat(USERS.stream().map(user -> Write.beat(user, "", user.endsWith("4") ? old : 0)));
        List<String> back = USERS.stream().filter(user -> !user.endsWith("4")).toList();
        assertThat(readAll())
                .allMatch(entry -> entry.presence() == Presence.ONLINE)
                .extracting(FeedEntry::user)
                .containsExactlyInAnyOrderElementsOf(back);
        assertThat(store.statuses(List.of("user4")).statuses().get(0).lastSeen())
                .contains(Instant.ofEpochMilli(clock.millis()).minus(LAPSE));
    }

    @Test
    void transitionsOfMoreThanAnHourAgoAreGone() {
        store.close();
        store = open(SETTINGS.withTimeout(Duration.ofHours(3)), "h");
        for (String user : USERS.subList(0, 300)) {
            beat(Stream.of(Write.beat(user, "", 0)));
        }
        clock.advance(Duration.ofHours(1));
        sweep(1);
        assertThat(feedEntries()).isEqualTo(300);
        clock.advance(Duration.ofSeconds(11)); // a sweep looks for old ones every ten seconds
        sweep(1);
        assertThat(feedEntries()).isEqualTo(100); // and takes a hundred of each group, no more
        clock.advance(Duration.ofSeconds(11));
        sweep(1);
        assertThat(feedEntries()).isZero();
    }

    private long feedEntries() {
        return withServer(commands ->
                commands.keys("h*}l").stream().mapToLong(commands::xlen).sum());
    }

    /** As many in one bucket as Lua does not take in one call. */
    @Test
    void farMoreUsersThanExpectedLapseAndAreForgotten() {
        List<String> users = IntStream.range(0, 9_000).mapToObj(i -> "user" + i).toList();
        store.close();
        store = builder(SETTINGS.withRetention(LAPSE.multipliedBy(2)), "c")
                .expectedUsers(1)
                .groups(1)
                .build();
        beat(users.stream().map(user -> Write.beat(user, "", 0)));
        clock.advance(LAPSE.minusMillis(1));
        assertThat(sweepAll()).isZero();
        List<String> all = withServer(commands -> commands.keys("c*}p*"));
        assertThat(all).hasSize(1);
        beat(Stream.of(Write.beat("user7", "", 0)));
        clock.advance(Duration.ofMillis(1));
        assertThat(sweepAll()).isEqualTo(users.size() - 1);
        clock.advance(SETTINGS.timeout());
        assertThat(sweepAll()).isEqualTo(1);
        clock.advance(LAPSE.multipliedBy(2));
        assertThat(sweepAll()).isZero();
        List<String> left = withServer(commands -> commands.keys("c*}p*"));
        assertThat(left).isEmpty();
    }

    /** With retention for all who lapse; times of which the share may be next to nothing, or a divisor of a plain factor. */
    @ParameterizedTest
    @ValueSource(longs = {1, 7, 8, 9, 800, 15_838 * 8, 30_000, 7_919 * 8 + 3})
    void bucketsThatFilledTogetherAreLookedIntoOneAfterAnotherAndTwiceAtMost(long timeout) {
        long retention = 10 * timeout;
        long earlier = Math.max(1, timeout / 8);
        store.close();
        store = open(SETTINGS.withTimeout(Duration.ofMillis(timeout)).withRetention(Duration.ofMillis(retention)), "b");
        beat(USERS.stream().map(user -> Write.beat(user, "", 0)));
        long start = clock.millis();
        int buckets = dues().size();
        assertThat(lookedIntoFrom(start + timeout + 1, earlier)).isEqualTo(USERS.size());
        assertThat(calls("hgetall")).isLessThanOrEqualTo(buckets); // all of it only where somebody lapsed
        assertThat(calls("hvals"))
                .isLessThanOrEqualTo(buckets + buckets / 4); // and where eight of these come, for the first
        assertThat(lookedIntoFrom(start + retention + 1, earlier)).isZero();
        assertThat(calls("hgetall")).isLessThanOrEqualTo(2 * buckets);
        assertThat(calls("hvals")).isLessThanOrEqualTo(2 * (buckets + buckets / 4));
        assertThat(dues()).isEmpty();
    }

    /** All buckets are due then, and none of the users before. Returns how many lapse. */
    private int lookedIntoFrom(long due, long earlier) {
        List<Long> dues = dues();
        assertThat(dues).allMatch(at -> at > due - earlier && at <= due);
        assertThat(new HashSet<>(dues)).hasSizeGreaterThan((int) Math.min(dues.size(), earlier) / 2);
        clock.advance(Duration.ofMillis(due - earlier - clock.millis()));
        for (long step = Math.max(1, earlier / 500);
                clock.millis() + step < due;
                clock.advance(Duration.ofMillis(step))) {
            assertThat(sweepAll()).isZero();
        }
        clock.advance(Duration.ofMillis(due - 1 - clock.millis()));
        assertThat(sweepAll()).isZero();
        assertThat(dues()).containsOnly(due);
        clock.advance(Duration.ofMillis(1));
        return sweepAll();
    }

    /** When each bucket is to be looked into. */
    private List<Long> dues() {
        return withServer(commands -> commands.keys("*}d").stream()
                .flatMap(key -> commands.zrangeWithScores(key, 0, -1).stream())
                .map(bucket -> (long) bucket.getScore())
                .toList());
    }

    private int calls(String command) {
        return withServer(commands -> commands.info("commandstats").lines())
                .filter(line -> line.startsWith("cmdstat_" + command + ":"))
                .mapToInt(line -> Integer.parseInt(line.replaceFirst(".*:calls=(\\d+).*", "$1")))
                .sum();
    }

    private <T> T withServer(Function<RedisCommands<String, String>, T> question) {
        try (RedisClient client = RedisClient.create(server.uri());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            return question.apply(connection.sync());
        }
    }

    @Test
    void feedOfACrowdIsKeptForTenSecondsAndItsLastThousandForLonger() {
        beat(USERS.stream().map(user -> Write.beat(user, "", 0)));
        for (int seconds = 0; seconds < 10; seconds++) {
            sweep(1);
            assertThat(continuity()).isEqualTo(FeedPage.Continuity.COMPLETE);
            clock.advance(Duration.ofSeconds(1));
        }
        for (int seconds = 10; seconds < 25; seconds++) {
            sweep(1);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(continuity()).isEqualTo(FeedPage.Continuity.TRIMMED);
        read = new FeedPosition(store.feed(FeedPosition.END, 1).next().last().stream()
                .map(end -> new Sequence(end.epoch(), end.group(), end.number() - 1_000))
                .toList());
        assertThat(readAll()).hasSize(2_000);
    }
}
