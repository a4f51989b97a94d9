package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.LocalView;
import dev.presence.ManualClock;
import dev.presence.Presence;
import dev.presence.PresenceStore;
import dev.presence.Roster;
import dev.presence.RosterListener;
import dev.presence.StatusBatch;
import dev.presence.StoreReply;
import dev.presence.StoreStats;
import dev.presence.Subscription;
import dev.presence.TrackerHealth;
import dev.presence.TrackerStats;
import dev.presence.Transition;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The README's Java compiles and does what the README says. What stands between {@code // README} and {@code // end} here and
 * in {@link HostExampleTest} is shown there, line by line.
 */
class ReadmeTest {
    private static final Path README = Path.of("../README.md");
    private static final String TESTS = "src/test/java/dev/presence/inmemory/";
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final Pattern REGION = Pattern.compile("(?ms)^ *// README .*?\\n(.*?)^ *// end$");

    /** Compiled elsewhere, and shown as it stands there. */
    private static final List<Path> OTHERS = List.of(
            Path.of(TESTS, "CaffeineContractTest.java"),
            Path.of("../presence-redis/src/test/java/dev/presence/redis/ReadmeIT.java"),
            Path.of("../presence-jdbc/src/test/java/dev/presence/jdbc/JdbcReadmeIT.java"),
            Path.of("../presence-http/src/test/java/dev/presence/http/PresenceServletBuilderTest.java"));

    // ---- that the README shows what compiles

    @Test
    void everyJavaBlockIsCompiled() throws IOException {
        List<String> regions = regions();
        List<String> others = new ArrayList<>();
        for (Path other : OTHERS) {
            others.add("\n" + plain(Files.readString(other)) + "\n");
        }
        assertThat(blocks()).isNotEmpty().allSatisfy(block -> {
            if (others.stream().noneMatch(other -> other.contains("\n" + block + "\n"))) {
                assertThat(regions).contains(block);
            }
        });
    }

    @Test
    void everyMarkedRegionIsShown() throws IOException {
        assertThat(blocks()).containsAll(regions());
    }

    @Test
    void dependencyHasTheVersionOfTheBuild() throws IOException {
        Pattern version = Pattern.compile("<version>(.*?)</version>");
        String ofBuild =
                found(version, Files.readString(Path.of("pom.xml"))).get(0); // the parent's, and so everybody's

        assertThat(found(version, Files.readString(README))).containsExactly(ofBuild);
    }

    @Test
    void examplesAreAsShortAsPromised() throws IOException {
        List<String> blocks = blocks();

        assertThat(block(blocks, "CaffeinePresenceStore.create()").lines()).hasSizeLessThan(12);
        assertThat(block(blocks, "@Test").lines()).hasSizeLessThanOrEqualTo(15);
        assertThat(block(blocks, "extends PresenceStoreContract").lines()).hasSizeLessThan(40);
    }

    private static String block(List<String> blocks, String with) {
        return blocks.stream().filter(block -> block.contains(with)).findFirst().orElseThrow();
    }

    private static List<String> blocks() throws IOException {
        return plain(found(BLOCK, Files.readString(README)));
    }

    private static List<String> regions() throws IOException {
        return plain(found(
                REGION,
                Files.readString(Path.of(TESTS, "ReadmeTest.java"))
                        + Files.readString(Path.of(TESTS, "HostExampleTest.java"))));
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static List<String> plain(List<String> texts) {
        return texts.stream().map(ReadmeTest::plain).toList();
    }

    /** Without indentation and empty lines. */
    private static String plain(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }

    // ---- what it shows

    @Test
    void quickStart() {
        // README quick start
        CaffeinePresenceStore store = CaffeinePresenceStore.create(); // in the memory of this process
        HeartbeatTracker tracker = HeartbeatTracker.create(store);
        tracker.addListener(change -> System.out.println(change.user() + " is " + change.presence()));

        tracker.heartbeat("ada"); // whenever ada's client says that it is alive
        boolean online = tracker.status("ada").isOnline(); // until 30 s after the last beat
        List<UserStatus> friends = tracker.statuses(List.of("ada", "bob")).statuses(); // in asked order
        tracker.disconnect("ada"); // offline now
        Optional<Instant> lastSeen = tracker.status("ada").lastSeen(); // kept for 30 days

        tracker.close(); // when the application stops: the tracker first,
        store.close(); // then what it stands on
        // end
        assertThat(online).isTrue();
        assertThat(friends).extracting(UserStatus::user).containsExactly("ada", "bob");
        assertThat(friends).extracting(UserStatus::isOnline).containsExactly(true, false);
        assertThat(lastSeen).isEqualTo(friends.get(0).lastSeen()).isPresent();
    }

    private interface Mailer {
        void tellWhatWasMissed(String user);
    }

    @Test
    void listenerActsOnceInTheFleet() {
        ManualClock clock = ManualClock.create();
        List<String> mails = new ArrayList<>();
        Mailer mailer = mails::add;
        try (CaffeinePresenceStore store =
                        CaffeinePresenceStore.builder().clock(clock).build();
                HeartbeatTracker tracker = HeartbeatTracker.create(store)) {
            // README listener
            Subscription subscription = tracker.addListener(change -> {
                if (change.presence() == Presence.OFFLINE && change.origin() == Transition.Origin.HERE) {
                    mailer.tellWhatWasMissed(change.user()); // on one node of the fleet only
                }
            });
            // end
            tracker.heartbeat("ada");
            tracker.disconnect("ada");
            clock.runDue();
            assertThat(mails).containsExactly("ada");

            subscription.close();
            tracker.heartbeat("ada");
            clock.advance(Duration.ofDays(1));
            assertThat(mails).containsExactly("ada");
        }
    }

    @Test
    void settings() {
        // README settings
        CaffeinePresenceStore store = CaffeinePresenceStore.builder()
                .timeout(Duration.ofMinutes(3))
                .retention(Duration.ofDays(90))
                .maximumUsers(2_000_000)
                .build();
        HeartbeatTracker tracker = HeartbeatTracker.builder(store)
                .heartbeatInterval(Duration.ofSeconds(30))
                .build();
        // end
        try (store;
                tracker) {
            assertThat(tracker.heartbeatInterval()).isEqualTo(Duration.ofSeconds(30));
            assertThat(store.settings().grace()).isZero();
            // README newer settings
            store.settings(store.settings().withTimeout(Duration.ofMinutes(5)).withVersion(2));
            // end
            assertThat(store.settings().timeout()).isEqualTo(Duration.ofMinutes(5));
            assertThat(store.settings().retention()).isEqualTo(Duration.ofDays(90));
        }
    }

    @Test
    void healthAndStats() {
        try (CaffeinePresenceStore store = CaffeinePresenceStore.create();
                HeartbeatTracker tracker = HeartbeatTracker.create(store)) {
            tracker.heartbeat("ada");
            // README health and stats
            boolean up = tracker.health().state() == TrackerHealth.State.UP;
            TrackerStats stats = tracker.stats();
            long beats = stats.count(Counter.BEATS);
            long refused = stats.store().map(StoreStats::usersRefused).orElse(0L);
            // end
            assertThat(up).isTrue();
            assertThat(beats).isEqualTo(1);
            assertThat(refused).isZero();
        }
    }

    /** What a roster is shown on. */
    @FunctionalInterface
    interface Page {
        void show(String user, Presence presence);
    }

    @Test
    void rosterShowsSnapshotAndTurns() {
        List<String> shown = new ArrayList<>();
        Page page = (user, presence) -> shown.add(user + " " + presence);
        ManualClock clock = ManualClock.create();
        try (CaffeinePresenceStore store =
                        CaffeinePresenceStore.builder().clock(clock).build();
                HeartbeatTracker tracker = HeartbeatTracker.create(store)) {
            tracker.heartbeat("ada");
            // README roster
            Roster roster = tracker.subscribe(List.of("ada", "bob"), new RosterListener() {
                @Override
                public void onSnapshot(StatusBatch snapshot) {
                    snapshot.statuses().forEach(status -> page.show(status.user(), status.presence()));
                }

                @Override
                public void onTransition(Transition change) {
                    page.show(change.user(), change.presence());
                }
            });
            roster.watch(List.of("cleo")); // a snapshot of her follows
            roster.unwatch(List.of("bob"));
            roster.close();
            // end
            Roster open = tracker.subscribe(List.of("ada"), new RosterListener() {
                @Override
                public void onSnapshot(StatusBatch snapshot) {
                    snapshot.statuses().forEach(status -> page.show(status.user(), status.presence()));
                }

                @Override
                public void onTransition(Transition change) {
                    page.show(change.user(), change.presence());
                }
            });
            clock.runDue();
            tracker.disconnect("ada");
            clock.runDue();
            open.close();
        }
        assertThat(shown).containsExactly("ada ONLINE", "ada OFFLINE");
    }

    @Test
    void viewIsAskedForWhenBuilding() {
        try (CaffeinePresenceStore store = CaffeinePresenceStore.create()) {
            // README local view
            HeartbeatTracker near = HeartbeatTracker.builder(store)
                    .localView(LocalView.EVERYONE) // or ASKED: only whom somebody asks about
                    .build();
            // end
            assertThat(near.status("ada").isOnline()).isFalse();
            near.close();
        }
    }

    // README copying last seen
    /** Copies the last seen of up to 1,000 users. Brings nobody online, and moves nothing back. */
    static boolean copyLastSeen(List<String> users, PresenceStore from, PresenceStore to) {
        List<Write> writes = new ArrayList<>();
        for (UserStatus status : from.statuses(users).statuses()) {
            status.age().map(Duration::toMillis).ifPresent(age -> {
                writes.add(Write.beat(status.user(), "copied", age));
                writes.add(Write.end(status.user(), "copied", age));
            });
        }
        long now = to.statuses(List.of()).nowMillis();
        StoreReply reply = to.record(new WriteBatch("copy", now, writes));
        return reply.verdict() == StoreReply.Verdict.DONE && reply.unreached().isEmpty(); // else try again
    }
    // end

    @Test
    void lastSeenMovesAlong() {
        ManualClock clock = ManualClock.create();
        try (CaffeinePresenceStore from =
                        CaffeinePresenceStore.builder().clock(clock).build();
                CaffeinePresenceStore to =
                        CaffeinePresenceStore.builder().clock(clock).build();
                HeartbeatTracker before = HeartbeatTracker.create(from);
                HeartbeatTracker after = HeartbeatTracker.create(to)) {
            before.heartbeat("ada");
            before.heartbeat("bob");
            clock.advance(Duration.ofDays(2));
            before.heartbeat("cyd");
            after.heartbeat("bob");
            List<String> users = List.of("ada", "bob", "cyd", "dan");

            assertThat(copyLastSeen(users, from, to)).isTrue();
            assertThat(copyLastSeen(users, from, to)).isTrue();

            assertThat(after.statuses(users).statuses())
                    .extracting(UserStatus::age)
                    .containsExactly(
                            Optional.of(Duration.ofDays(2)),
                            Optional.of(Duration.ZERO),
                            Optional.of(Duration.ZERO),
                            Optional.empty());
            assertThat(after.statuses(users).statuses())
                    .extracting(UserStatus::isOnline)
                    .containsExactly(false, true, false, false);
            after.heartbeat("cyd");
            assertThat(after.status("cyd").isOnline()).isTrue();
        }
    }
}
