package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The small records. */
final class ValuesTest {
    private static final Sequence SEQUENCE = new Sequence(1, 2, 3);

    @Test
    void factoriesOfWritesSayWhatTheyAreNamedAfter() {
        assertThat(Write.beat("ada", "phone", 5)).isEqualTo(new Write(Write.Kind.BEAT, "ada", "phone", 5));
        assertThat(Write.end("ada", "phone", 5)).isEqualTo(new Write(Write.Kind.END, "ada", "phone", 5));
        assertThat(Write.endAll("ada", 5)).isEqualTo(new Write(Write.Kind.END_ALL, "ada", "", 5));
        assertThat(Write.forget("ada")).isEqualTo(new Write(Write.Kind.FORGET, "ada", "", 0));
    }

    @Test
    void writeOfADefaultSessionWithoutAgeIsFine() {
        Write write = Write.beat("ada", Write.DEFAULT_SESSION, 0);
        assertThat(write.session()).isEmpty();
        assertThat(write.ageMillis()).isZero();
    }

    @Test
    void writeOfTheFutureIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Write.beat("ada", "phone", -1))
                .withMessage("age must not be negative: -1");
    }

    @Test
    void writeOfMalformedIdsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Write.beat("", "phone", 0))
                .withMessage("a user id must not be blank (R11)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Write.beat("ada", " ", 0))
                .withMessage("a session id must not be blank (R11)");
    }

    @Test
    void batchKeepsACopyOfItsWrites() {
        List<Write> writes = new ArrayList<>(List.of(Write.forget("ada")));
        WriteBatch batch = new WriteBatch("node", 7, writes);
        writes.clear();
        assertThat(batch.writes()).containsExactly(Write.forget("ada"));
        assertThat(batch.node()).isEqualTo("node");
        assertThat(batch.madeAtMillis()).isEqualTo(7);
    }

    @Test
    void replyKeepsACopyOfTheUnreached() {
        Set<String> unreached = new HashSet<>(Set.of("ada"));
        StoreReply reply = new StoreReply(StoreReply.Verdict.DONE, 7, unreached);
        unreached.clear();
        assertThat(reply.unreached()).containsExactly("ada");
        assertThat(reply.nowMillis()).isEqualTo(7);
    }

    @Test
    void replyToAWholeBatchLeftNobodyUnreached() {
        assertThat(new StoreReply(StoreReply.Verdict.LATE, 7))
                .isEqualTo(new StoreReply(StoreReply.Verdict.LATE, 7, Set.of()));
    }

    @Test
    void fenceLetsOneSecondPassEitherWay() {
        assertThat(StoreReply.fence(10_000, 9_000)).isEqualTo(StoreReply.Verdict.DONE);
        assertThat(StoreReply.fence(10_000, 11_000)).isEqualTo(StoreReply.Verdict.DONE);
        assertThat(StoreReply.fence(10_000, 8_999)).isEqualTo(StoreReply.Verdict.LATE);
        assertThat(StoreReply.fence(10_000, 11_001)).isEqualTo(StoreReply.Verdict.LATE);
    }

    @Test
    void sweepsCarryWhatTheyAreGiven() {
        SweepRequest request = new SweepRequest("node", 1, 2, 3, 4);
        assertThat(request.node()).isEqualTo("node");
        assertThat(request.madeAtMillis()).isEqualTo(1);
        assertThat(request.periodMillis()).isEqualTo(2);
        assertThat(request.flushMillis()).isEqualTo(3);
        assertThat(request.limit()).isEqualTo(4);
        SweepReply reply = new SweepReply(StoreReply.Verdict.DONE, 1, 2, 3);
        assertThat(reply.verdict()).isEqualTo(StoreReply.Verdict.DONE);
        assertThat(reply.nowMillis()).isEqualTo(1);
        assertThat(reply.claimed()).isEqualTo(2);
        assertThat(reply.nextDueMillis()).isEqualTo(3);
    }

    @Test
    void feedPositionKeepsACopy() {
        List<Sequence> last = new ArrayList<>(List.of(SEQUENCE));
        FeedPosition position = new FeedPosition(last);
        last.clear();
        assertThat(position.last()).containsExactly(SEQUENCE);
        assertThat(FeedPosition.END.last()).isEmpty();
        assertThat(SEQUENCE.epoch()).isEqualTo(1);
        assertThat(SEQUENCE.group()).isEqualTo(2);
        assertThat(SEQUENCE.number()).isEqualTo(3);
    }

    @Test
    void feedPageKeepsACopy() {
        FeedEntry entry = new FeedEntry("ada", Presence.ONLINE, 7, "node", SEQUENCE);
        List<FeedEntry> entries = new ArrayList<>(List.of(entry));
        FeedPage page = new FeedPage(FeedPage.Continuity.TRIMMED, entries, FeedPosition.END);
        entries.clear();
        assertThat(page.entries()).containsExactly(entry);
        assertThat(page.continuity()).isEqualTo(FeedPage.Continuity.TRIMMED);
        assertThat(page.next()).isSameAs(FeedPosition.END);
    }

    @Test
    void onlinePageKeepsACopy() {
        List<String> users = new ArrayList<>(List.of("ada"));
        OnlinePage page = new OnlinePage(users, "next");
        users.clear();
        assertThat(page.users()).containsExactly("ada");
        assertThat(page.cursor()).isEqualTo("next");
        assertThat(OnlinePage.START).isEmpty();
    }

    @Test
    void statusBatchTellsTheStoresTimeAsAnInstant() {
        StatusBatch batch = new StatusBatch(1_234, List.of());
        assertThat(batch.now()).isEqualTo(Instant.ofEpochMilli(1_234));
        assertThat(batch.nowMillis()).isEqualTo(1_234);
    }

    @Test
    void transitionCarriesWhatItIsGiven() {
        Transition transition =
                new Transition("ada", Presence.OFFLINE, Instant.EPOCH, Optional.of(SEQUENCE), Transition.Origin.HERE);
        assertThat(transition.user()).isEqualTo("ada");
        assertThat(transition.presence()).isEqualTo(Presence.OFFLINE);
        assertThat(transition.at()).isEqualTo(Instant.EPOCH);
        assertThat(transition.sequence()).contains(SEQUENCE);
        assertThat(transition.origin()).isEqualTo(Transition.Origin.HERE);
    }

    @Test
    void statsKeepACopyAndCountZeroForWhatIsMissing() {
        Map<Counter, Long> counts = new HashMap<>(Map.of(Counter.BEATS, 5L));
        StoreStats figures = new StoreStats(1, 2, 3, 4);
        TrackerStats stats = new TrackerStats(counts, 6, 7, Optional.of(figures));
        counts.clear();
        assertThat(stats.count(Counter.BEATS)).isEqualTo(5);
        assertThat(stats.count(Counter.CLAIMS)).isZero();
        assertThat(stats.pendingWrites()).isEqualTo(6);
        assertThat(stats.clockSkewMillis()).isEqualTo(7);
        assertThat(stats.store()).contains(figures);
        assertThat(figures.onlineUsers()).isEqualTo(1);
        assertThat(figures.sessionsDropped()).isEqualTo(2);
        assertThat(figures.usersEvicted()).isEqualTo(3);
        assertThat(figures.usersRefused()).isEqualTo(4);
    }

    @Test
    void exceptionsCarryMessageAndCause() {
        Exception cause = new Exception("the driver's");
        assertThat(new PresenceStoreException("why", cause)).hasMessage("why").hasCause(cause);
        assertThat(new PresenceStoreUnavailableException("why", cause))
                .isInstanceOf(PresenceStoreException.class)
                .hasMessage("why")
                .hasCause(cause);
        assertThat(new PresenceStoreUnavailableException("why")).hasNoCause();
    }
}
