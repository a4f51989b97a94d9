package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.FeedPosition;
import dev.presence.ManualClock;
import dev.presence.OnlinePage;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.StatusBatch;
import dev.presence.StoreSettings;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import dev.presence.servers.RedisServer;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A newer version of the settings that expects more or fewer users has these move to other buckets while nodes go on. */
class RelocationIT {
    private static final StoreSettings SETTINGS = StoreSettings.defaults().withTimeout(Duration.ofMinutes(5));
    private static final List<String> USERS = Stream.concat(
                    IntStream.range(0, 500).mapToObj(i -> "user" + i),
                    IntStream.range(0, 50).mapToObj(i -> "x".repeat(100) + i))
            .toList();

    private final RedisServer server = RedisServer.start();
    private final RedisClient client = RedisClient.create(server.uri());
    private final ManualClock clock = ManualClock.create();
    private final RedisPresenceStore old = store(SETTINGS, 5_000);

    @AfterEach
    void stop() {
        old.close();
        client.shutdown();
        server.close();
    }

    private RedisPresenceStore store(StoreSettings settings, long expectedUsers) {
        return RedisPresenceStore.builder(client)
                .settings(settings)
                .expectedUsers(expectedUsers)
                .groups(4)
                .clock(clock)
                .build();
    }

    private void record(RedisPresenceStore store, Stream<Write> writes) {
        store.record(new WriteBatch("n", clock.millis(), writes.toList()));
    }

    private boolean sweep(RedisPresenceStore store) {
        clock.advance(Duration.ofMillis(10));
        String before = layout();
        store.expire(new SweepRequest("n", clock.millis(), 1_000, 0, 100));
        return !before.equals(layout());
    }

    private String layout() {
        return client.connect().sync().hget("presence:settings", "layout");
    }

    private static List<String> listed(RedisPresenceStore store, Runnable betweenPages) {
        List<String> users = new ArrayList<>();
        String cursor = OnlinePage.START;
        do {
            OnlinePage page = store.online(cursor, 20);
            users.addAll(page.users());
            cursor = page.cursor();
            betweenPages.run();
        } while (!cursor.equals(OnlinePage.START));
        return users;
    }

    @ParameterizedTest
    @CsvSource({"5000, 40000", "40000, 5000"})
    void usersKeepAllTheyHaveWhileTheyMove(long from, long to) {
        old.close();
        RedisPresenceStore one = store(SETTINGS.withVersion(2), from);
        while (sweep(one) || layout().matches("1 4 \\d*[13579] .*")) {}
        record(one, USERS.stream().map(user -> Write.beat(user, "", 0)));
        record(one, USERS.stream().map(user -> Write.beat(user, "phone", 0)));
        record(one, USERS.stream().filter(user -> user.endsWith("7")).map(user -> Write.endAll(user, 0)));
        RedisPresenceStore other = store(SETTINGS.withVersion(3), to);
        assertThat(sweep(other)).isTrue(); // the settings say so
        int sweeps = 0;
        StatusBatch before = one.statuses(USERS);
        for (boolean moved = false; !moved; moved = sweep(other), sweeps++) {
            assertThat(one.statuses(USERS).statuses())
                    .extracting(UserStatus::isOnline)
                    .isEqualTo(
                            before.statuses().stream().map(UserStatus::isOnline).toList());
            String user = "new" + sweeps;
            record(one, Stream.of(Write.beat(user, "", 0)));
            record(other, Stream.of(Write.beat(user, "tab", 0), Write.end(user, "", 0)));
            assertThat(one.statuses(List.of(user)).statuses().get(0).isOnline()).isTrue();
            record(one, Stream.of(Write.endAll(user, 0)));
            assertThat(other.statuses(List.of(user)).statuses().get(0).isOnline())
                    .isFalse();
        }
        assertThat(sweeps).isGreaterThan(2);
        assertThat(client.connect().sync().keys("presence:{*}p*"))
                .allMatch(key -> Integer.parseInt(key.replaceFirst(".*}.", "")) % 2 == odd());
        assertThat(one.stats().onlineUsers()).isEqualTo(495);
        assertThat(listed(one, () -> {})).hasSize(495).doesNotHaveDuplicates();
        clock.advance(SETTINGS.timeout().plusMillis(1));
        int claimed = 0;
        do {
            claimed += other.expire(new SweepRequest(
                            "n", clock.millis(), Duration.ofDays(1).toMillis(), 0, 100))
                    .claimed();
        } while (other.stats().onlineUsers() > 0);
        assertThat(claimed).isEqualTo(495);
        assertThat(one.statuses(USERS).statuses())
                .allMatch(status -> status.lastSeen().isPresent());
        one.close();
        other.close();
    }

    private int odd() {
        long step = Long.parseLong(layout().split(" ", -1)[2]);
        return (int) ((step + 1) / 2 % 2);
    }

    @Test
    void listIsCompleteAndWithoutDuplicatesWhileUsersMove() {
        record(old, USERS.stream().map(user -> Write.beat(user, "", 0)));
        RedisPresenceStore other = store(SETTINGS.withVersion(2), 40_000);
        sweep(other);
        sweep(other);
        assertThat(listed(old, () -> sweep(other))).containsExactlyInAnyOrderElementsOf(USERS);
        other.close();
    }

    @Test
    void fewerUsersThanGroupsAreExpectedOfAllTheSame() {
        RedisPresenceStore many = RedisPresenceStore.builder(client)
                .keyPrefix("wide")
                .settings(SETTINGS)
                .clock(clock)
                .build();
        record(many, USERS.stream().map(user -> Write.beat(user, "", 0)));
        RedisPresenceStore few = RedisPresenceStore.builder(client)
                .keyPrefix("wide")
                .settings(SETTINGS.withVersion(2))
                .expectedUsers(1_000)
                .clock(clock)
                .build();
        for (int i = 0; i < 5; i++) {
            few.expire(new SweepRequest("n", clock.millis(), 1_000, 0, 100));
        }
        assertThat(few.statuses(USERS).statuses()).allMatch(UserStatus::isOnline);
        record(many, USERS.stream().map(user -> Write.endAll(user, 0)));
        assertThat(few.statuses(USERS).statuses()).noneMatch(UserStatus::isOnline);
        assertThat(few.stats().onlineUsers()).isZero();
        many.close();
        few.close();
    }

    @Test
    void settingsThatFellBehindTheGroupsAreBroughtUpAgain() {
        String before = layout();
        record(old, USERS.stream().map(user -> Write.beat(user, "", 0)));
        RedisPresenceStore other = store(SETTINGS.withVersion(2), 40_000);
        sweep(other);
        sweep(other); // the groups know
        other.close();
        client.connect().sync().hset("presence:settings", "layout", before); // as after a failover
        RedisPresenceStore later = store(SETTINGS.withVersion(2), 40_000);
        assertThatThrownBy(() -> record(later, Stream.of(Write.beat("ada", "", 0))))
                .isInstanceOf(PresenceStoreUnavailableException.class);
        record(later, Stream.of(Write.beat("ada", "", 0)));
        assertThat(later.statuses(USERS).statuses()).allMatch(UserStatus::isOnline);
        later.close();
    }

    @Test
    void feedGoesOnWhereTheLayoutShrankToFewerGroups() {
        RedisPresenceStore wide = RedisPresenceStore.builder(client)
                .keyPrefix("lost")
                .settings(SETTINGS)
                .build();
        FeedPosition position = wide.feed(FeedPosition.END, 1).next();
        wide.record(new WriteBatch(
                "n",
                wide.statuses(List.of()).nowMillis(),
                USERS.stream().map(user -> Write.beat(user, "", 0)).toList()));
        wide.feed(position, 1_000);
        client.connect().sync().flushall();
        RedisPresenceStore narrow = RedisPresenceStore.builder(client)
                .keyPrefix("lost")
                .settings(SETTINGS)
                .expectedUsers(1_000)
                .build();
        wide.record(new WriteBatch("n", wide.statuses(List.of()).nowMillis(), List.of(Write.beat("ada", "", 0))));
        FeedPosition after = wide.feed(position, 1_000).next();
        assertThat(after.last()).hasSize(2);
        wide.feed(after, 1_000);
        wide.close();
        narrow.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s/2147483647/0/0",
                "%s/64/4294967295/0",
                "%s/4/0/-1",
                "%s/0/0/0",
                "%s/12/0/0",
                "x/4/0/0",
                "%s/4/0"
            })
    void cursorThatIsNoneIsRefused(String cursor) {
        record(old, USERS.stream().map(user -> Write.beat(user, "", 0)));
        String id = old.online(OnlinePage.START, 1).cursor().split("/", 2)[0];
        String bad = String.format(cursor, id);
        assertThatThrownBy(() -> old.online(bad, 10)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void newNodeFindsTheLayoutAgainWhereTheSettingsAloneWereLost() {
        record(old, USERS.stream().map(user -> Write.beat(user, "", 0)));
        String layout = layout();
        client.connect().sync().del("presence:settings");
        RedisPresenceStore other = store(SETTINGS, 1_000_000);
        assertThat(layout()).isEqualTo(layout);
        assertThat(other.statuses(USERS).statuses()).allMatch(UserStatus::isOnline);
        record(old, Stream.of(Write.beat("later", "", 0)));
        assertThat(other.statuses(List.of("later")).statuses()).allMatch(UserStatus::isOnline);
        other.close();
    }
}
