package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.StoreSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SessionChangeTest {
    private static final long TIMEOUT = 100;
    private static final long DIRECT = SessionChange.DIRECT;
    private static final long ANY = Long.MIN_VALUE;

    private StoreSettings settings = StoreSettings.defaults()
            .withTimeout(Duration.ofMillis(TIMEOUT))
            .withRetention(Duration.ofMillis(1_000))
            .withMaximumSessions(3);
    private final UserCell cell = new UserCell("ada");

    private boolean change(long now, Consumer<SessionChange> what) {
        SessionChange change = new SessionChange(cell, settings, now);
        what.accept(change);
        return change.publish();
    }

    private void beat(String session, long now) {
        assertThat(change(now, change -> change.beat(session, now, DIRECT))).isTrue();
    }

    private static String word(long word) {
        return word == UserCell.NONE ? "nothing" : (UserCell.isLive(word) ? "live " : "seen ") + UserCell.time(word);
    }

    /** What readers see at any age. */
    private String look() {
        return word(cell.look(ANY));
    }

    /** What stands beside the word of the cell. */
    private List<String> others() {
        Session[] others = cell.sessions;
        return others == null
                ? List.of()
                : Arrays.stream(others)
                        .map(session -> session.isTombstone()
                                ? "end of " + session.id + " at " + session.ended + " by " + session.endedBy
                                : session.id + " " + session.beat)
                        .toList();
    }

    // ---- sealing and publishing

    @Test
    void aChangeSealsEveryBeatUntilItIsPublished() {
        beat("", 10);
        beat("phone", 10);
        SessionChange change = new SessionChange(cell, settings, 11);
        assertThat(cell.beat).isEqualTo(UserCell.SEALED);
        assertThat(cell.sessions[0].beat).isEqualTo(UserCell.SEALED);
        assertThat(cell.renew("", 12)).isFalse();
        assertThat(cell.renew("phone", 12)).isFalse();
        assertThat(change.now()).isEqualTo(11);
        assertThat(change.publish()).isTrue();
        assertThat(word(cell.beat)).isEqualTo("live 10");
        assertThat(others()).containsExactly("phone 10");
        assertThat(cell.renew("", 12)).isTrue();
        assertThat(cell.renew("phone", 13)).isTrue();
        assertThat(look()).isEqualTo("live 13");
    }

    @Test
    void aBeatThatFoundTheSessionsBeforeTheChangeIsNotLostInThem() {
        beat("phone", 10);
        Session before = cell.sessions[0];
        change(11, change -> {});
        assertThat(before.renew(12)).isFalse();
        assertThat(look()).isEqualTo("live 10");
    }

    @Test
    void sessionsThatCameAndWentLeaveAnotherArrayEachTime() {
        change(10, change -> change.beat("phone", 10, SessionChange.DIRECT));
        change(20_000, change -> change.lapse(0));
        Session[] first = cell.sessions;
        change(20_001, change -> {});
        assertThat(first).isEmpty();
        assertThat(cell.sessions).isNotSameAs(first).isEmpty();
    }

    @Test
    void nothingKnownIsPublishedAsNothing() {
        assertThat(change(10, change -> {})).isFalse();
        assertThat(cell.beat).isEqualTo(UserCell.NONE);
        assertThat(cell.sessions).isNull();
        assertThat(look()).isEqualTo("nothing");
    }

    @Test
    void aBeatBeginsASessionAndALaterOneRenewsItButAnEarlierOneDoesNot() {
        beat("phone", 10);
        assertThat(others()).containsExactly("phone 10");
        change(20, change -> change.beat("phone", 15, DIRECT));
        assertThat(others()).containsExactly("phone 15");
        change(20, change -> change.beat("phone", 12, DIRECT));
        assertThat(others()).containsExactly("phone 15");
        assertThat(cell.beat).isEqualTo(UserCell.NONE);
        beat("", 20);
        change(30, change -> change.beat("", 19, DIRECT));
        assertThat(word(cell.beat)).isEqualTo("live 20");
    }

    @Test
    void theDefaultSessionStandsAsideWhileALastSeenIsNewer() {
        beat("", 10);
        beat("phone", 20);
        assertThat(word(cell.beat)).isEqualTo("live 10");
        assertThat(change(20, change -> change.end("phone", 20, 1))).isTrue();
        assertThat(word(cell.beat)).isEqualTo("seen 20");
        assertThat(others()).containsExactly(" 10", "end of phone at 20 by 1");
        assertThat(look()).isEqualTo("live 10");
        assertThat(word(cell.look(11))).isEqualTo("seen 20");
        assertThat(cell.renew("", 15)).isFalse();
        beat("", 21);
        assertThat(word(cell.beat)).isEqualTo("live 21");
        assertThat(others()).containsExactly("end of phone at 20 by 1");
        assertThat(look()).isEqualTo("live 21");
    }

    @Test
    void theDefaultSessionStaysInItsWordWhenTheLastSeenIsAsOld() {
        beat("", 10);
        beat("phone", 10);
        assertThat(change(10, change -> change.end("phone", 10, 1))).isTrue();
        assertThat(word(cell.beat)).isEqualTo("live 10");
        assertThat(others()).containsExactly("end of phone at 10 by 1");
    }

    @Test
    void theLastSeenOfAnEndedUserIsTheNewestBeat() {
        beat("", 10);
        beat("phone", 20);
        change(30, change -> change.end("phone", 30, 1));
        assertThat(change(30, change -> change.end("", 30, 2))).isFalse();
        assertThat(look()).isEqualTo("seen 20");
        assertThat(change(40, change -> change.beat("", 15, DIRECT))).isFalse(); // covered by the end
        assertThat(look()).isEqualTo("seen 20");
    }

    // ---- ends

    @Test
    void anEndHoldsForExactlyOneTimeout() {
        change(50, change -> change.end("phone", 50, 1));
        change(50 + TIMEOUT, change -> {});
        assertThat(others()).containsExactly("end of phone at 50 by 1");
        change(51 + TIMEOUT, change -> {});
        assertThat(others()).isEmpty();
    }

    @Test
    void anEndThatComesALittleTooLateLeavesNoMark() {
        change(50 + TIMEOUT, change -> change.end("phone", 50, 1));
        assertThat(others()).containsExactly("end of phone at 50 by 1");
        change(51 + TIMEOUT, change -> change.end("tablet", 50, 1));
        assertThat(others()).isEmpty();
    }

    @Test
    void anEndCoversOlderBeatsWhateverTheirBatch() {
        change(50, change -> change.end("phone", 50, 7));
        for (long batch : new long[] {DIRECT, 7, 8}) {
            assertThat(change(60, change -> change.beat("phone", 49, batch))).isFalse();
        }
        assertThat(look()).isEqualTo("seen 49");
    }

    @Test
    void atEqualStampsAnEndCoversTheBeatOfAnotherBatchOnly() {
        for (String ended : List.of("phone", Session.ALL)) {
            assertThat(revives(ended, DIRECT)).isTrue();
            assertThat(revives(ended, 7)).isTrue();
            assertThat(revives(ended, 8)).isFalse();
        }
    }

    /** Whether a beat revives a session that batch 7 ended in the same millisecond. */
    private boolean revives(String ended, long batch) {
        UserCell fresh = new UserCell("bob");
        SessionChange change = new SessionChange(fresh, settings, 60);
        if (ended.equals(Session.ALL)) {
            change.endAll(50, 7);
        } else {
            change.end(ended, 50, 7);
        }
        change.beat("phone", 50, batch);
        return change.publish();
    }

    @Test
    void aNewerBeatTakesTheMarkOfItsSessionAway() {
        change(50, change -> change.end("phone", 50, 1));
        change(60, change -> change.end("tablet", 60, 2));
        assertThat(change(60, change -> change.beat("phone", 51, 3))).isTrue();
        assertThat(others()).containsExactly("end of tablet at 60 by 2", "phone 51");
    }

    @Test
    void anEndSparesANewerBeatAndLeavesNoMark() {
        beat("phone", 51);
        assertThat(change(60, change -> change.end("phone", 50, 1))).isTrue();
        assertThat(others()).containsExactly("phone 51");
        assertThat(change(60, change -> change.end("phone", 51, 1))).isFalse();
        assertThat(others()).containsExactly("end of phone at 51 by 1");
    }

    @Test
    void anEndOfOneSessionLeavesTheOthersAlone() {
        beat("phone", 10);
        beat("tablet", 11);
        assertThat(change(20, change -> change.end("phone", 20, 1))).isTrue();
        assertThat(others()).containsExactly("tablet 11", "end of phone at 20 by 1");
    }

    @Test
    void theNewestEndOfASessionStands() {
        change(60, change -> change.end("phone", 50, 1));
        change(60, change -> change.end("phone", 49, 2));
        assertThat(others()).containsExactly("end of phone at 50 by 1");
        change(60, change -> change.end("phone", 50, 3));
        assertThat(others()).containsExactly("end of phone at 50 by 3");
        change(60, change -> change.end("phone", 51, 4));
        assertThat(others()).containsExactly("end of phone at 51 by 4");
    }

    @Test
    void anEndOfAllTakesTheMarksItCoversAndSparesWhatIsNewer() {
        beat("phone", 10);
        beat("tablet", 30);
        change(40, change -> {
            change.end("old", 20, 1);
            change.end("new", 21, 1);
        });
        assertThat(change(40, change -> change.endAll(20, 2))).isTrue();
        assertThat(others())
                .containsExactly("tablet 30", "end of new at 21 by 1", "end of " + Session.ALL + " at 20 by 2");
        assertThat(word(cell.beat)).isEqualTo("seen 10");
        assertThat(change(40, change -> change.beat("other", 20, 3))).isTrue(); // the tablet is
        assertThat(others()).hasSize(3);
        assertThat(word(cell.beat)).isEqualTo("seen 20");
    }

    @Test
    void anEndOfAllEndsABeatOfItsOwnMillisecond() {
        beat("", 20);
        beat("phone", 20);
        assertThat(change(20, change -> change.endAll(20, 1))).isFalse();
        assertThat(others()).containsExactly("end of " + Session.ALL + " at 20 by 1");
        assertThat(look()).isEqualTo("seen 20");
    }

    @Test
    void anOlderEndOfAllChangesNothingOnANewerOne() {
        change(40, change -> change.endAll(30, 1));
        change(40, change -> change.endAll(29, 2));
        assertThat(others()).containsExactly("end of " + Session.ALL + " at 30 by 1");
    }

    @Test
    void anEndOfAllLeavesTheMarkOfAForgottenUser() {
        change(40, change -> change.forget(20, 1));
        change(40, change -> change.endAll(30, 2));
        assertThat(others())
                .containsExactly(
                        "end of " + Session.FORGOTTEN + " at 20 by 1", "end of " + Session.ALL + " at 30 by 2");
        assertThat(change(40, change -> change.beat("phone", 20, 3))).isFalse();
        assertThat(look()).isEqualTo("nothing");
        assertThat(change(40, change -> change.beat("phone", 21, 3))).isFalse();
        assertThat(look()).isEqualTo("seen 21");
    }

    // ---- caps

    @Test
    void oneSessionTooManyEndsTheOldestWithoutAMark() {
        beat("a", 11);
        beat("b", 10);
        beat("c", 12);
        SessionChange change = new SessionChange(cell, settings, 13);
        change.beat("d", 13, DIRECT);
        assertThat(change.dropped()).isEqualTo(1);
        change.publish();
        assertThat(others()).containsExactly("a 11", "c 12", "d 13");
        assertThat(word(cell.beat)).isEqualTo("seen 10");
    }

    @Test
    void ofEquallyOldSessionsTheFirstGoes() {
        beat("a", 10);
        beat("b", 10);
        beat("c", 10);
        beat("d", 10);
        assertThat(others()).containsExactly("b 10", "c 10", "d 10");
    }

    @Test
    void aLateBeatMayBeTheOneTooMany() {
        beat("a", 11);
        beat("b", 10);
        beat("", 12);
        SessionChange change = new SessionChange(cell, settings, 13);
        change.beat("d", 9, DIRECT);
        assertThat(change.dropped()).isEqualTo(1);
        change.publish();
        assertThat(others()).containsExactly("a 11", "b 10");
        assertThat(word(cell.beat)).isEqualTo("live 12");
    }

    @Test
    void aSessionThatHadLapsedIsNotCountedAsDropped() {
        beat("a", 10);
        beat("b", 11);
        beat("c", 12);
        SessionChange change = new SessionChange(cell, settings, 11 + TIMEOUT);
        change.beat("d", 11 + TIMEOUT, DIRECT);
        assertThat(change.dropped()).isZero();
        change.beat("e", 11 + TIMEOUT, DIRECT);
        assertThat(change.dropped()).isEqualTo(1); // b is exactly one timeout old: it lives
        change.publish();
        assertThat(others()).hasSize(3);
    }

    @Test
    void marksTakeNoPlaceOfASession() {
        change(10, change -> {
            change.end("x", 10, 1);
            change.end("y", 10, 1);
            change.end("z", 10, 1);
        });
        SessionChange change = new SessionChange(cell, settings, 11);
        change.beat("a", 11, DIRECT);
        change.beat("b", 11, DIRECT);
        change.beat("c", 11, DIRECT);
        assertThat(change.dropped()).isZero();
        change.publish();
        assertThat(others()).hasSize(6);
    }

    @Test
    void beyondTheCapTheOldestMarkCoversAll() {
        change(20, change -> {
            change.end("a", 12, 1);
            change.end("b", 11, 2);
            change.end("c", 13, 3);
        });
        assertThat(others()).containsExactly("end of a at 12 by 1", "end of b at 11 by 2", "end of c at 13 by 3");
        change(20, change -> change.end("d", 14, 4));
        assertThat(others())
                .containsExactly(
                        "end of a at 12 by 1",
                        "end of c at 13 by 3",
                        "end of d at 14 by 4",
                        "end of " + Session.ALL + " at 11 by 2");
        change(20, change -> change.end("e", 10, 5));
        assertThat(others())
                .containsExactly(
                        "end of a at 12 by 1",
                        "end of c at 13 by 3",
                        "end of d at 14 by 4",
                        "end of " + Session.ALL + " at 11 by 2");
        change(20, change -> change.end("e", 15, 5));
        assertThat(others())
                .containsExactly(
                        "end of c at 13 by 3",
                        "end of d at 14 by 4",
                        "end of e at 15 by 5",
                        "end of " + Session.ALL + " at 12 by 1");
    }

    @Test
    void aFoldedMarkEndsNoSessionThatLives() {
        beat("old", 9);
        change(20, change -> {
            for (int i = 0; i < 10; i++) {
                change.end("flood-" + i, 20, i);
            }
        });
        assertThat(look()).isEqualTo("live 9");
        assertThat(others())
                .contains("old 9", "end of " + Session.ALL + " at 20 by 6")
                .hasSize(5);
    }

    // ---- forget

    @Test
    void forgetErasesAllAndItsMarkStandsAtTheNewest() {
        beat("", 10);
        beat("phone", 30);
        change(40, change -> change.end("tablet", 15, 1));
        assertThat(change(40, change -> change.forget(20, 2))).isFalse();
        assertThat(look()).isEqualTo("nothing");
        assertThat(others()).containsExactly("end of " + Session.FORGOTTEN + " at 30 by 2");
    }

    @Test
    void forgetStandsAtItsOwnTimeIfThatIsNewest() {
        beat("phone", 10);
        change(40, change -> change.forget(20, 2));
        assertThat(others()).containsExactly("end of " + Session.FORGOTTEN + " at 20 by 2");
    }

    @Test
    void forgetStandsAtTheLastSeenIfThatIsNewest() {
        beat("phone", 30);
        change(30, change -> change.end("phone", 30, 1));
        change(40, change -> change.forget(20, 2));
        assertThat(others()).containsExactly("end of " + Session.FORGOTTEN + " at 30 by 2");
        assertThat(look()).isEqualTo("nothing");
    }

    @Test
    void beatsUnderTheMarkOfForgetLeaveNoTrace() {
        change(40, change -> change.forget(20, 2));
        assertThat(change(40, change -> change.beat("phone", 19, DIRECT))).isFalse();
        assertThat(change(40, change -> change.beat("", 20, 3))).isFalse();
        assertThat(look()).isEqualTo("nothing");
        assertThat(change(40, change -> change.beat("", 20, 2))).isTrue(); // the batch that forgot
        assertThat(change(40, change -> change.beat("phone", 20, DIRECT))).isTrue();
        assertThat(look()).isEqualTo("live 20");
    }

    @Test
    void anEarlierForgetThatComesLaterLeavesTheMarkOfTheLaterOne() {
        change(40, change -> change.forget(30, 1));
        change(40, change -> change.forget(20, 2));
        assertThat(others()).containsExactly("end of " + Session.FORGOTTEN + " at 30 by 1");
        assertThat(change(40, change -> change.beat("phone", 25, 3))).isFalse();
        assertThat(look()).isEqualTo("nothing");
    }

    @Test
    void forgetLeavesTheMarksOfEndsThatCameAfterIt() {
        change(40, change -> {
            change.end("old", 20, 1);
            change.end("phone", 21, 1);
            change.endAll(19, 1);
        });
        change(40, change -> change.forget(20, 2));
        assertThat(others()).containsExactly("end of phone at 21 by 1", "end of " + Session.FORGOTTEN + " at 20 by 2");
        assertThat(change(40, change -> change.beat("phone", 21, 3))).isFalse();
        assertThat(look()).isEqualTo("seen 21");
    }

    // ---- lapses

    @Test
    void beatsOlderThanTheDelayLapseAndAreSeen() {
        beat("old", 10);
        beat("new", 11);
        SessionChange change = new SessionChange(cell, settings, 50);
        change.lapse(40);
        assertThat(change.publish()).isTrue();
        assertThat(others()).containsExactly("old 10", "new 11");
        change = new SessionChange(cell, settings, 51);
        change.lapse(40);
        assertThat(change.publish()).isTrue();
        assertThat(others()).containsExactly("new 11");
        assertThat(word(cell.beat)).isEqualTo("seen 10");
        assertThat(change(52, late -> late.lapse(40))).isFalse();
        assertThat(look()).isEqualTo("seen 11");
        assertThat(others()).isEmpty();
    }

    @Test
    void marksDoNotLapse() {
        change(10, change -> change.end("phone", 10, 1));
        assertThat(change(60, change -> change.lapse(0))).isFalse();
        assertThat(others()).containsExactly("end of phone at 10 by 1");
        assertThat(look()).isEqualTo("nothing");
    }

    @Test
    void afterAnEndSessionsThatLapsedDoNotKeepTheUserOnline() {
        beat("phone", 10);
        beat("tablet", 20);
        assertThat(change(30, change -> {
                    change.end("tablet", 30, 1);
                    change.lapseIfNoneIsLive(10); // the phone's beat still counts
                }))
                .isTrue();
        beat("tablet", 31);
        assertThat(change(32, change -> {
                    change.end("tablet", 32, 2);
                    change.lapseIfNoneIsLive(11);
                }))
                .isFalse();
        assertThat(look()).isEqualTo("seen 31");
    }

    @Test
    void withoutAnEndSessionsThatLapsedWaitForTheirClaim() {
        beat("phone", 10);
        assertThat(change(30, change -> change.lapseIfNoneIsLive(11))).isTrue();
        assertThat(change(30, change -> {
                    change.end("nothing", 30, 1);
                    change.lapseIfNoneIsLive(11);
                }))
                .isTrue();
        assertThat(look()).isEqualTo("live 10");
    }

    // ---- when to look again

    @Test
    void theNextLookIsWhenTheFirstBeatLapsesOrTheFirstMarkIsOver() {
        SessionChange change = new SessionChange(cell, settings, 50);
        assertThat(change.nextLook(1_000)).isEqualTo(Long.MAX_VALUE);
        change.beat("phone", 50, DIRECT);
        assertThat(change.nextLook(1_000)).isEqualTo(1_051);
        change.beat("tablet", 40, DIRECT);
        assertThat(change.nextLook(1_000)).isEqualTo(1_041);
        change.end("desk", 45, 1);
        assertThat(change.nextLook(1_000)).isEqualTo(45 + TIMEOUT + 1);
        assertThat(change.nextLook(10)).isEqualTo(51);
    }

    @Test
    void onlyASessionThatBeganInThePastIsLate() {
        SessionChange change = new SessionChange(cell, settings, 50);
        change.beat("phone", 50, DIRECT);
        change.beat("phone", 40, DIRECT); // renews, if anything
        change.end("tablet", 45, 1);
        change.beat("tablet", 44, DIRECT); // covered
        change.beat("desk", 49 - TIMEOUT, DIRECT); // too old
        assertThat(change.isLate()).isFalse();
        change.beat("desk", 49, DIRECT);
        assertThat(change.isLate()).isTrue();
        change.beat("sofa", 50, DIRECT);
        assertThat(change.isLate()).isTrue();
    }

    @Test
    void aFirstBeatCountsUpToOneTimeoutAndIsSeenAfterwards() {
        assertThat(change(10 + TIMEOUT, change -> change.beat("phone", 10, DIRECT)))
                .isTrue();
        assertThat(change(11 + TIMEOUT, change -> change.beat("tablet", 10, DIRECT)))
                .isTrue();
        assertThat(others()).containsExactly("phone 10");
        assertThat(word(cell.beat)).isEqualTo("seen 10");
    }

    // ---- all of it against plain maps

    private record Mark(long at, long batch) {
        boolean covers(long stamp, long by) {
            return stamp < at || (stamp == at && by != DIRECT && by != batch);
        }
    }

    /** What a user is, in maps. */
    private static final class Model {
        final Map<String, Long> beats = new HashMap<>();
        final Map<String, Mark> marks = new HashMap<>();
        long seen = UserCell.NONE;
        boolean ended;

        void beat(String id, long stamp, long batch, long now) {
            if (beats.containsKey(id)) {
                beats.merge(id, stamp, Math::max);
            } else if (!isCovered(Session.FORGOTTEN, stamp, batch)) {
                if (now - stamp > TIMEOUT || isCovered(id, stamp, batch) || isCovered(Session.ALL, stamp, batch)) {
                    seen = Math.max(seen, stamp);
                } else {
                    beats.put(id, stamp);
                    marks.remove(id);
                }
            }
        }

        boolean isCovered(String id, long stamp, long batch) {
            return marks.containsKey(id) && marks.get(id).covers(stamp, batch);
        }

        void remove(String id) {
            seen = Math.max(seen, beats.remove(id));
        }

        void endIfOld(String id, long at) {
            if (beats.getOrDefault(id, Long.MAX_VALUE) <= at) {
                remove(id);
                ended = true;
            }
        }

        void mark(String id, long at, long batch) {
            if (!beats.containsKey(id)) {
                marks.merge(id, new Mark(at, batch), (old, mark) -> old.at > at ? old : mark);
            }
        }

        void endAll(long at, long batch) {
            List.copyOf(beats.keySet()).forEach(id -> endIfOld(id, at));
            marks.entrySet().removeIf(e -> !e.getKey().startsWith("\0") && e.getValue().at <= at);
            mark(Session.ALL, at, batch);
        }

        void forget(long at, long batch) {
            ended |= !beats.isEmpty();
            List.copyOf(beats.keySet()).forEach(this::remove);
            long newest = Math.max(at, seen);
            seen = UserCell.NONE;
            marks.values().removeIf(mark -> mark.at <= newest);
            mark(Session.FORGOTTEN, newest, batch);
        }

        void lapse(long before) {
            List.copyOf(beats.keySet()).stream()
                    .filter(id -> beats.get(id) < before)
                    .forEach(this::remove);
        }

        long look(long from) {
            long newest = beats.values().stream().max(Long::compare).orElse(UserCell.NONE);
            return newest != UserCell.NONE && newest >= from
                    ? UserCell.live(newest)
                    : UserCell.lapsed(Math.max(newest, seen));
        }

        long nextLook(long delay) {
            return Stream.concat(
                            beats.values().stream().map(beat -> beat + delay + 1),
                            marks.values().stream().map(mark -> mark.at + TIMEOUT + 1))
                    .min(Long::compare)
                    .orElse(Long.MAX_VALUE);
        }

        long keep(long now, long retention) {
            long keep = seen == UserCell.NONE ? 0 : Math.max(0, seen + retention + 1 - now);
            return marks.values().stream()
                    .map(mark -> mark.at + TIMEOUT + 1 - now)
                    .reduce(keep, Math::max);
        }
    }

    @Test
    void anyRunOfChangesLeavesWhatPlainMapsWouldHold() {
        for (long seed = 0; seed < 500; seed++) {
            againstTheModel(seed);
        }
    }

    private void againstTheModel(long seed) {
        settings = settings.withMaximumSessions(16); // no flood here
        Random random = new Random(seed);
        List<String> ids = List.of("", "phone", "tablet");
        UserCell user = new UserCell("ada");
        Model model = new Model();
        long now = random.nextBoolean() ? 1_000 : -1_000;
        for (int step = 0; step < 60; step++) {
            now += random.nextInt(4) == 0 ? random.nextLong(2 * TIMEOUT) : random.nextLong(3);
            String id = ids.get(random.nextInt(ids.size()));
            if (random.nextBoolean() && user.renew(id, now)) {
                assertThat(model.beats).as("seed %s step %s", seed, step).containsKey(id);
                model.beats.merge(id, now, Math::max);
            }
            SessionChange change = new SessionChange(user, settings, now);
            long time = now;
            model.marks.values().removeIf(mark -> time - mark.at > TIMEOUT);
            model.ended = false;
            for (int writes = random.nextInt(4); writes > 0; writes--) {
                long stamp = now - (random.nextBoolean() ? random.nextLong(4) : random.nextLong(TIMEOUT + 3));
                write(random, ids.get(random.nextInt(ids.size())), stamp, step + 1, change, model, now);
            }
            long benefitFrom = now - random.nextLong(2 * TIMEOUT);
            change.lapseIfNoneIsLive(benefitFrom);
            if (model.ended && model.beats.values().stream().noneMatch(beat -> beat >= benefitFrom)) {
                model.lapse(now);
            }
            model.marks.values().removeIf(mark -> time - mark.at > TIMEOUT);
            long from = now - random.nextLong(2 * TIMEOUT);
            assertThat(change.publish()).as("seed %s step %s", seed, step).isEqualTo(!model.beats.isEmpty());
            assertThat(word(user.look(from))).as("seed %s step %s", seed, step).isEqualTo(word(model.look(from)));
            assertThat(word(user.look(ANY))).as("seed %s step %s", seed, step).isEqualTo(word(model.look(ANY)));
            assertThat(change.nextLook(30)).as("seed %s step %s", seed, step).isEqualTo(model.nextLook(30));
            if (model.beats.isEmpty()) {
                assertThat(user.keepMillis(settings, now))
                        .as("seed %s step %s", seed, step)
                        .isEqualTo(model.keep(now, settings.retention().toMillis()));
            }
        }
    }

    private static void write(
            Random random, String id, long stamp, long number, SessionChange change, Model model, long now) {
        long batch = random.nextInt(3) == 0 ? DIRECT : number;
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> {
                change.end(id, stamp, number);
                model.endIfOld(id, stamp);
                model.mark(id, stamp, number);
            }
            case 3 -> {
                change.endAll(stamp, number);
                model.endAll(stamp, number);
            }
            case 4 -> {
                change.forget(stamp, number);
                model.forget(stamp, number);
            }
            case 5 -> {
                long delay = random.nextLong(2 * TIMEOUT);
                change.lapse(delay);
                model.lapse(now - delay);
            }
            default -> {
                change.beat(id, stamp, batch);
                model.beat(id, stamp, batch, now);
            }
        }
    }
}
