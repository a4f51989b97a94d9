package dev.presence;

import static dev.presence.Waiting.millis;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PendingUserTest {
    private static final String PHONE = "phone";
    private static final String WEB = "web";

    private final PendingUser user = new PendingUser();

    @BeforeEach
    void reset() {
        user.reset("ada");
    }

    private int beat(String session, long at) {
        return user.add(Write.Kind.BEAT, session, millis(at));
    }

    private int end(String session, long at) {
        return user.add(Write.Kind.END, session, millis(at));
    }

    private int endAll(long at) {
        return user.add(Write.Kind.END_ALL, "", millis(at));
    }

    private int forget(long at) {
        return user.add(Write.Kind.FORGET, "", millis(at));
    }

    private List<String> waiting() {
        return Waiting.of(user);
    }

    @Test
    void newUserHasNothingToSay() {
        assertThat(user.user()).isEqualTo("ada");
        assertThat(user.size()).isZero();
        assertThat(user.hasEnd()).isFalse();
        assertThat(user.newestLiveBeat()).isEqualTo(Long.MIN_VALUE);
        assertThat(user.dropOldestBeat()).isFalse();
        assertThat(user.foldBeatsUpTo(Long.MAX_VALUE)).isZero();
    }

    @Test
    void laterBeatReplacesEarlierOne() {
        assertThat(beat(PHONE, 1)).isEqualTo(1);
        assertThat(beat(PHONE, 2)).isZero();
        assertThat(waiting()).containsExactly("BEAT phone 2");
    }

    @Test
    void beatThatWasStampedEarlierButArrivesLaterChangesNothing() {
        beat(PHONE, 2);
        assertThat(beat(PHONE, 1)).isZero();
        assertThat(waiting()).containsExactly("BEAT phone 2");
    }

    @Test
    void beatKeepsItsPlaceAmongOtherSessions() {
        beat(PHONE, 1);
        beat(WEB, 2);
        beat(PHONE, 3);
        assertThat(waiting()).containsExactly("BEAT phone 3", "BEAT web 2");
    }

    @Test
    void endOfAnotherSessionDoesNotMoveBeat() {
        beat(PHONE, 1);
        end(WEB, 2);
        assertThat(beat(PHONE, 3)).isZero();
        assertThat(waiting()).containsExactly("BEAT phone 3", "END web 2");
    }

    @Test
    void beatAfterEndOfItsSessionStandsBehindIt() {
        beat(PHONE, 1);
        end(PHONE, 2);
        assertThat(beat(PHONE, 3)).isZero();
        assertThat(waiting()).containsExactly("END phone 2", "BEAT phone 3");
    }

    @Test
    void beatAfterEndOfAllStandsBehindIt() {
        beat(PHONE, 1);
        endAll(2);
        beat(PHONE, 3);
        assertThat(waiting()).containsExactly("END_ALL  2", "BEAT phone 3");
    }

    @Test
    void beatAfterErasureStandsBehindIt() {
        beat(PHONE, 1);
        forget(2);
        beat(PHONE, 3);
        assertThat(waiting()).containsExactly("FORGET  2", "BEAT phone 3");
    }

    @Test
    void beatOfAnotherSessionIsNotAnEnd() {
        beat(PHONE, 1);
        beat(WEB, 2);
        beat(PHONE, 3);
        assertThat(user.newestLiveBeat()).isEqualTo(millis(3));
    }

    @Test
    void laterEndReplacesEarlierOneAndMovesBehindTheBeatBetween() {
        end(PHONE, 1);
        beat(PHONE, 2);
        assertThat(end(PHONE, 3)).isZero();
        assertThat(waiting()).containsExactly("BEAT phone 2", "END phone 3");
    }

    @Test
    void endsOfTwoSessionsWaitSideBySide() {
        assertThat(end(PHONE, 1)).isEqualTo(1);
        assertThat(end(WEB, 2)).isEqualTo(1);
        assertThat(endAll(3)).isEqualTo(1);
        assertThat(forget(4)).isEqualTo(1);
        assertThat(waiting()).containsExactly("END phone 1", "END web 2", "END_ALL  3", "FORGET  4");
    }

    @Test
    void resetForgetsWhatWaited() {
        beat(PHONE, 1);
        end(PHONE, 2);
        user.reset("bob");
        assertThat(user.user()).isEqualTo("bob");
        assertThat(user.size()).isZero();
        assertThat(beat(PHONE, 5)).isEqualTo(1);
        assertThat(waiting()).containsExactly("BEAT phone 5");
    }

    @Test
    void laterWritesAreAddedOneByOne() {
        beat(PHONE, 1);
        beat(WEB, 2);
        PendingUser later = new PendingUser();
        later.reset("ada");
        later.add(Write.Kind.END, PHONE, millis(3));
        later.add(Write.Kind.BEAT, WEB, millis(4));
        later.add(Write.Kind.BEAT, PHONE, millis(5));
        assertThat(user.addAll(later)).isEqualTo(1);
        assertThat(waiting()).containsExactly("BEAT web 4", "END phone 3", "BEAT phone 5");
        assertThat(later.size()).isEqualTo(3);
    }

    @Test
    void onlyEndsAndErasuresCountAsEnd() {
        beat(PHONE, 1);
        assertThat(user.hasEnd()).isFalse();
        end(WEB, 2);
        assertThat(user.hasEnd()).isTrue();
        user.reset("ada");
        forget(1);
        assertThat(user.hasEnd()).isTrue();
        user.reset("ada");
        endAll(1);
        assertThat(user.hasEnd()).isTrue();
    }

    @Test
    void knowsWhichKindOfWriteWaitsForWhichSession() {
        beat(PHONE, 1);
        end(WEB, 2);
        assertThat(user.has(Write.Kind.BEAT, PHONE)).isTrue();
        assertThat(user.has(Write.Kind.END, WEB)).isTrue();
        assertThat(user.has(Write.Kind.BEAT, WEB)).isFalse();
        assertThat(user.has(Write.Kind.END, PHONE)).isFalse();
        user.reset("ada");
        assertThat(user.has(Write.Kind.BEAT, PHONE)).isFalse();
    }

    @Test
    void newestLiveBeatIsTheNewestThatNoEndFollows() {
        beat(WEB, 1);
        beat(PHONE, 5);
        assertThat(user.newestLiveBeat()).isEqualTo(millis(5));
        end(PHONE, 6);
        assertThat(user.newestLiveBeat()).isEqualTo(millis(1));
        endAll(7);
        assertThat(user.newestLiveBeat()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void oldestBeatIsDroppedFirstAndEndsNever() {
        end("tv", 0);
        beat(PHONE, 3);
        beat(WEB, 1);
        beat("car", 2);
        assertThat(user.dropOldestBeat()).isTrue();
        assertThat(waiting()).containsExactly("END tv 0", "BEAT phone 3", "BEAT car 2");
        assertThat(user.dropOldestBeat()).isTrue();
        assertThat(user.dropOldestBeat()).isTrue();
        assertThat(user.dropOldestBeat()).isFalse();
        assertThat(waiting()).containsExactly("END tv 0");
    }

    @Test
    void ofTwoEquallyOldBeatsTheFirstIsDropped() {
        beat(PHONE, 1);
        beat(WEB, 1);
        assertThat(user.dropOldestBeat()).isTrue();
        assertThat(waiting()).containsExactly("BEAT web 1");
    }

    @Test
    void oldestBeatIsFoundInFirstPlaceToo() {
        beat(PHONE, 1);
        beat(WEB, 2);
        beat("car", 3);
        user.dropOldestBeat();
        assertThat(waiting()).containsExactly("BEAT web 2", "BEAT car 3");
    }

    @Test
    void lapsedBeatsFoldToTheNewestOfThem() {
        beat("a", 1);
        beat("b", 3);
        beat("c", 2);
        beat("d", 4);
        end("e", 1);
        assertThat(user.foldBeatsUpTo(millis(3))).isEqualTo(2);
        assertThat(waiting()).containsExactly("BEAT b 3", "BEAT d 4", "END e 1");
    }

    @Test
    void beatOfTheLastLapsedInstantFoldsAndALaterOneDoesNot() {
        beat("a", 1);
        beat("b", 2);
        assertThat(user.foldBeatsUpTo(millis(2) - 1)).isZero();
        assertThat(user.foldBeatsUpTo(millis(2))).isEqualTo(1);
        assertThat(waiting()).containsExactly("BEAT b 2");
    }

    @Test
    void newestLapsedBeatIsKeptWhereverItStands() {
        beat("a", 3);
        beat("b", 2);
        beat("c", 1);
        assertThat(user.foldBeatsUpTo(millis(9))).isEqualTo(2);
        assertThat(waiting()).containsExactly("BEAT a 3");
        user.reset("ada");
        beat("a", 1);
        beat("b", 2);
        beat("c", 3);
        assertThat(user.foldBeatsUpTo(millis(9))).isEqualTo(2);
        assertThat(waiting()).containsExactly("BEAT c 3");
    }

    @Test
    void ofEquallyOldLapsedBeatsTheLastIsKept() {
        beat("a", 1);
        beat("b", 1);
        assertThat(user.foldBeatsUpTo(millis(1))).isEqualTo(1);
        assertThat(waiting()).containsExactly("BEAT b 1");
    }

    @Test
    void loneLapsedBeatStays() {
        beat("a", 1);
        end("a", 2);
        assertThat(user.foldBeatsUpTo(millis(9))).isZero();
        assertThat(waiting()).containsExactly("BEAT a 1", "END a 2");
    }

    @Test
    void everyWriteGrowsOlder() {
        beat(PHONE, 10);
        end(PHONE, 20);
        user.age(millis(5));
        assertThat(waiting()).containsExactly("BEAT phone 5", "END phone 15");
    }

    @Test
    void writeCarriesItsAgeWhichIsNeverNegative() {
        beat(PHONE, 10);
        StoreTime time = new StoreTime(ManualClock.create(), leap -> {});
        time.observe(1_000);
        assertThat(user.write(0, time, 1_025)).isEqualTo(Write.beat("ada", PHONE, 15));
        assertThat(user.write(0, time, 1_010)).isEqualTo(Write.beat("ada", PHONE, 0));
        assertThat(user.write(0, time, 1_009)).isEqualTo(Write.beat("ada", PHONE, 0));
    }

    /** What a store makes of writes whose stamps follow the order of calls. */
    private static final class Model {
        private final Map<String, Long> live = new HashMap<>();
        private long lastSeen = -1;

        void apply(Write.Kind kind, String session, long at) {
            switch (kind) {
                case BEAT -> {
                    live.put(session, at);
                    lastSeen = Math.max(lastSeen, at);
                }
                case END -> live.remove(session);
                case END_ALL -> live.clear();
                case FORGET -> {
                    live.clear();
                    lastSeen = -1;
                }
            }
        }

        String state() {
            return new TreeMap<>(live) + " last seen " + lastSeen;
        }
    }

    @Test
    void coalescedWritesMeanTheSameAsAllOfThem() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            Model all = new Model();
            user.reset("ada");
            int size = 0;
            for (int at = 1; at <= 60; at++) {
                Write.Kind kind = random.nextInt(3) > 0 ? Write.Kind.BEAT : Waiting.anyKind(random);
                String session = kind == Write.Kind.BEAT || kind == Write.Kind.END ? "s" + random.nextInt(5) : "";
                all.apply(kind, session, at);
                size += user.add(kind, session, millis(at));

                Model coalesced = new Model();
                Set<String> kinds = new HashSet<>();
                for (String write : Waiting.of(user)) {
                    List<String> words = List.of(write.split(" ", -1));
                    coalesced.apply(Write.Kind.valueOf(words.get(0)), words.get(1), Long.parseLong(words.get(2)));
                    kinds.add(words.get(0) + words.get(1));
                }
                assertThat(coalesced.state()).as("seed %s write %s", seed, at).isEqualTo(all.state());
                assertThat(user.size())
                        .as("seed %s write %s", seed, at)
                        .isEqualTo(size)
                        .isEqualTo(kinds.size());
                long newest = all.live.values().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(-1);
                assertThat(user.newestLiveBeat())
                        .as("seed %s write %s", seed, at)
                        .isEqualTo(newest < 0 ? Long.MIN_VALUE : millis(newest));
            }
        }
    }
}
