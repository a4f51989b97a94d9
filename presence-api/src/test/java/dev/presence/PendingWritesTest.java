package dev.presence;

import static dev.presence.Waiting.millis;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PendingWritesTest {
    private static final long LANDED = millis(1_000);

    private final PendingWrites pending = new PendingWrites(100);

    private boolean beat(String user, long at) {
        return beat(pending, user, "", at);
    }

    private static boolean beat(PendingWrites pending, String user, String session, long at) {
        return pending.offer(Write.Kind.BEAT, user, session, millis(at));
    }

    private boolean end(String user, long at) {
        return pending.offer(Write.Kind.END, user, "", millis(at));
    }

    private static List<PendingUser> only(List<PendingUser> users, String... ids) {
        return users.stream().filter(user -> List.of(ids).contains(user.user())).toList();
    }

    @Test
    void whatIsOfferedIsTakenInOrder() {
        assertThat(beat("bob", 1)).isTrue();
        assertThat(end("ada", 2)).isTrue();
        assertThat(beat("bob", 3)).isTrue();
        assertThat(pending.size()).isEqualTo(2);
        assertThat(Waiting.of(pending.take())).containsExactly("bob: BEAT  3", "ada: END  2");
        assertThat(pending.size()).isEqualTo(2);
    }

    @Test
    void bufferTakesItsMaximumAndNoMore() {
        PendingWrites two = new PendingWrites(2);
        assertThat(beat(two, "ada", "", 1)).isTrue();
        assertThat(beat(two, "bob", "", 2)).isTrue();
        assertThat(beat(two, "cy", "", 3)).isFalse();
        assertThat(beat(two, "ada", "phone", 4)).isFalse();
        assertThat(two.size()).isEqualTo(2);
        assertThat(Waiting.of(two.take())).containsExactly("ada: BEAT  1", "bob: BEAT  2");
    }

    @Test
    void fullBufferStillTakesWhatReplacesAWaitingWrite() {
        PendingWrites one = new PendingWrites(1);
        beat(one, "ada", "", 1);
        assertThat(beat(one, "ada", "", 2)).isTrue();
        assertThat(one.offer(Write.Kind.END, "ada", "", millis(3))).isFalse();
        assertThat(Waiting.of(one.take())).containsExactly("ada: BEAT  2");
    }

    @Test
    void writesOnTheirWayCountAgainstTheMaximum() {
        PendingWrites two = new PendingWrites(2);
        beat(two, "ada", "", 1);
        two.take();
        assertThat(beat(two, "bob", "", 2)).isTrue();
        assertThat(beat(two, "cy", "", 3)).isFalse();
        assertThat(two.size()).isEqualTo(2);
    }

    @Test
    void sixtyFifthBeatOfAUserDropsTheOldest() {
        for (int i = 0; i < 64; i++) {
            assertThat(beat(pending, "ada", "s" + i, 100 + i)).isTrue();
        }
        assertThat(pending.size()).isEqualTo(64);
        assertThat(beat(pending, "ada", "one more", 200)).isTrue();
        assertThat(pending.size()).isEqualTo(64);
        List<String> waiting = Waiting.of(pending.take());
        assertThat(waiting).hasSize(64);
        assertThat(waiting.get(0)).isEqualTo("ada: BEAT s1 101");
        assertThat(waiting.get(63)).isEqualTo("ada: BEAT one more 200");
    }

    @Test
    void beatOfAKnownSessionDropsNothingFromAFullUser() {
        for (int i = 0; i < 64; i++) {
            beat(pending, "ada", "s" + i, 100 + i);
        }
        assertThat(beat(pending, "ada", "s63", 200)).isTrue();
        assertThat(Waiting.of(pending.take())).hasSize(64).contains("ada: BEAT s0 100", "ada: BEAT s63 200");
    }

    @Test
    void userFullOfEndsIsRefused() {
        for (int i = 0; i < 64; i++) {
            assertThat(pending.offer(Write.Kind.END, "ada", "s" + i, millis(i))).isTrue();
        }
        assertThat(beat(pending, "ada", "one more", 200)).isFalse();
        assertThat(pending.offer(Write.Kind.END, "ada", "one more", millis(200)))
                .isFalse();
        assertThat(pending.size()).isEqualTo(64);
        assertThat(beat("bob", 200)).isTrue();
    }

    @Test
    void fullUserGivesUpABeatInAFullBuffer() {
        PendingWrites full = new PendingWrites(64);
        for (int i = 0; i < 64; i++) {
            beat(full, "ada", "s" + i, i);
        }
        assertThat(beat(full, "bob", "", 100)).isFalse();
        assertThat(beat(full, "ada", "one more", 100)).isTrue();
        assertThat(full.size()).isEqualTo(64);
    }

    @Test
    void oldestWriteWaitsUntilTheStoreHasItOrFails() {
        assertThat(pending.waitingSinceNanos()).isEqualTo(Long.MAX_VALUE);
        beat("ada", 1);
        beat("ada", 2);
        assertThat(pending.waitingSinceNanos()).isEqualTo(millis(1));
        List<PendingUser> flying = pending.take();
        beat("bob", 3);
        assertThat(pending.waitingSinceNanos()).as("on its way").isEqualTo(millis(1));
        pending.recorded(flying);
        pending.landed(LANDED);
        assertThat(pending.waitingSinceNanos()).as("of what came meanwhile").isEqualTo(millis(3));
        pending.take();
        pending.landed(LANDED);
        assertThat(pending.waitingSinceNanos()).as("anew after a failure").isEqualTo(LANDED);
    }

    @Test
    void recordedWritesAreGoneWhenTheFlushLands() {
        beat("ada", 1);
        beat("bob", 2);
        pending.recorded(pending.take());
        assertThat(pending.size()).isZero();
        pending.landed(LANDED);
        assertThat(pending.take()).isEmpty();
    }

    @Test
    void unrecordedWritesWaitAheadOfLaterOnes() {
        beat("ada", 1);
        beat("bob", 2);
        pending.take();
        beat("cy", 3);
        end("bob", 4);
        pending.landed(LANDED);
        assertThat(pending.size()).isEqualTo(4);
        assertThat(Waiting.of(pending.take()))
                .containsExactly("ada: BEAT  1", "bob: BEAT  2", "bob: END  4", "cy: BEAT  3");
    }

    @Test
    void oneUnreachedUserAmongOthersLeavesItsWritesAlone() {
        beat("ada", 1);
        beat("bob", 2);
        end("bob", 3);
        beat("cy", 4);
        List<PendingUser> flying = pending.take();
        beat("cy", 5);
        beat("ada", 6);
        beat("bob", 7);
        pending.recorded(only(flying, "ada", "cy"));
        assertThat(pending.size()).isEqualTo(5);
        pending.landed(LANDED);
        assertThat(pending.size()).isEqualTo(4);
        List<PendingUser> again = pending.take();
        assertThat(Waiting.of(again)).containsExactly("bob: END  3", "bob: BEAT  7", "cy: BEAT  5", "ada: BEAT  6");
        assertThat(again).hasSize(3);
    }

    @Test
    void bufferWorksOnAfterAnUnreachedUser() {
        beat("ada", 1);
        beat("bob", 2);
        pending.recorded(only(pending.take(), "ada"));
        pending.landed(LANDED);
        pending.recorded(pending.take());
        pending.landed(LANDED);
        assertThat(pending.size()).isZero();
        beat("ada", 3);
        assertThat(Waiting.of(pending.take())).containsExactly("ada: BEAT  3");
    }

    @Test
    void writesGrowOlderWaitingAndOnTheirWay() {
        beat("ada", 10);
        List<PendingUser> flying = pending.take();
        beat("bob", 20);
        pending.age(5);
        assertThat(Waiting.of(flying)).containsExactly("ada: BEAT  5");
        pending.landed(LANDED);
        assertThat(Waiting.of(pending.take())).containsExactly("ada: BEAT  5", "bob: BEAT  15");
    }

    @Test
    void endIsSeenWaitingAndOnItsWay() {
        beat("ada", 1);
        assertThat(pending.hasEnd("ada")).isFalse();
        assertThat(pending.hasEnd("bob")).isFalse();
        end("ada", 2);
        assertThat(pending.hasEnd("ada")).isTrue();
        List<PendingUser> flying = pending.take();
        assertThat(pending.hasEnd("ada")).isTrue();
        assertThat(pending.hasEnd("bob")).isFalse();
        pending.recorded(flying);
        assertThat(pending.hasEnd("ada")).isFalse();
    }

    @Test
    void newestLiveBeatIsTheNewestOfWaitingAndFlying() {
        assertThat(pending.newestLiveBeat("ada")).isEqualTo(Long.MIN_VALUE);
        beat("ada", 5);
        assertThat(pending.newestLiveBeat("ada")).isEqualTo(millis(5));
        pending.take();
        assertThat(pending.newestLiveBeat("ada")).isEqualTo(millis(5));
        beat("ada", 3);
        assertThat(pending.newestLiveBeat("ada")).isEqualTo(millis(5));
        beat("ada", 7);
        assertThat(pending.newestLiveBeat("ada")).isEqualTo(millis(7));
    }

    @Test
    void laterEndHidesBeatOnItsWay() {
        beat("ada", 5);
        pending.take();
        end("ada", 6);
        assertThat(pending.newestLiveBeat("ada")).isEqualTo(Long.MIN_VALUE);
        beat("ada", 7);
        assertThat(pending.newestLiveBeat("ada")).isEqualTo(millis(7));
    }

    @Test
    void onlyWhatStillFillsIsFolded() {
        beat(pending, "ada", "a", 1);
        beat(pending, "ada", "b", 2);
        List<PendingUser> flying = pending.take();
        beat(pending, "ada", "a", 3);
        beat(pending, "ada", "b", 4);
        beat(pending, "ada", "c", 5);
        assertThat(pending.foldBeatsUpTo(millis(4))).isEqualTo(1);
        assertThat(pending.size()).isEqualTo(4);
        assertThat(flying.get(0).size()).isEqualTo(2);
    }

    @Test
    void flushesThatPartlyFailLoseAndRepeatNothing() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            PendingWrites pending = new PendingWrites(1_000_000);
            Map<String, PendingUser> waiting = new LinkedHashMap<>();
            for (int flush = 0; flush < 20; flush++) {
                offerSome(random, pending, waiting);
                List<PendingUser> flying = pending.take();
                assertThat(Waiting.of(flying)).as("seed %s", seed).isEqualTo(Waiting.of(waiting.values()));

                Map<String, PendingUser> later = new LinkedHashMap<>();
                offerSome(random, pending, later);
                int reached = random.nextInt(3); // nobody, some, all
                pending.recorded(flying.stream()
                        .filter(user -> isReached(user.user(), reached))
                        .toList());
                pending.landed(LANDED);

                waiting.keySet().removeIf(user -> isReached(user, reached));
                later.forEach((id, user) -> {
                    PendingUser earlier = waiting.putIfAbsent(id, user);
                    if (earlier != null) {
                        earlier.addAll(user);
                    }
                });
                assertThat(pending.size())
                        .as("seed %s", seed)
                        .isEqualTo(waiting.values().stream()
                                .mapToInt(PendingUser::size)
                                .sum());
            }
        }
    }

    private static boolean isReached(String user, int reached) {
        return reached == 2 || (reached == 1 && user.hashCode() % 2 == 0);
    }

    private static void offerSome(Random random, PendingWrites pending, Map<String, PendingUser> model) {
        for (int i = random.nextInt(12); i > 0; i--) {
            String id = "user" + random.nextInt(8);
            Write.Kind kind = Waiting.anyKind(random);
            String session = kind == Write.Kind.BEAT || kind == Write.Kind.END ? "s" + random.nextInt(3) : "";
            long nanos = millis(random.nextInt(1_000));
            assertThat(pending.offer(kind, id, session, nanos)).isTrue();
            model.computeIfAbsent(id, PendingWritesTest::entry).add(kind, session, nanos);
        }
    }

    private static PendingUser entry(String id) {
        PendingUser user = new PendingUser();
        user.reset(id);
        return user;
    }
}
