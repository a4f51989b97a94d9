package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.FeedPosition;
import dev.presence.ManualClock;
import dev.presence.OnlinePage;
import dev.presence.StoreReply;
import dev.presence.StoreSettings;
import dev.presence.Subscription;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages, sweeps, signals and the life of the store, below the tracker. */
final class StoreDetailsTest {
    private final ManualClock clock = ManualClock.create();
    private final CaffeinePresenceStore store =
            CaffeinePresenceStore.builder().clock(clock).build();

    @AfterEach
    void close() {
        store.close();
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    private void beat(String user) {
        store.heartbeat(user, "", "n");
    }

    private void beatAll(int users) {
        IntStream.range(0, users).forEach(i -> beat("user-" + i));
    }

    private SweepReply sweep(long flushMillis, int limit) {
        return store.expire(new SweepRequest("n", clock.millis(), 0, flushMillis, limit));
    }

    private boolean isOnline(String user) {
        return store.statuses(List.of(user)).statuses().get(0).isOnline();
    }

    // ---- statuses

    @Test
    void eachStatusIsOfItsUserThoughTheListChangesWhileItIsRead() {
        for (int i = 0; i < 100; i++) {
            store.record(new WriteBatch("n", clock.millis(), List.of(Write.beat("user-" + i, "", i))));
        }
        AtomicInteger reads = new AtomicInteger();
        List<String> restless = new AbstractList<>() {
            @Override
            public String get(int index) {
                return "user-" + reads.getAndIncrement() % 100;
            }

            @Override
            public int size() {
                return 7;
            }
        };
        for (int i = 0; i < 20; i++) {
            List<UserStatus> statuses = store.statuses(restless).statuses();
            assertThat(statuses)
                    .hasSize(7)
                    .allSatisfy(status -> assertThat(status.user())
                            .isEqualTo("user-" + status.age().orElseThrow().toMillis()));
        }
        assertThat(reads).hasValue(140);
    }

    // ---- the online list

    @Test
    void pagesAreAsLongAsAskedAndTheLastOneSaysStart() {
        beatAll(5);
        OnlinePage first = store.online(OnlinePage.START, 2);
        assertThat(first.users()).containsExactly("user-0", "user-1");
        OnlinePage second = store.online(first.cursor(), 2);
        assertThat(second.users()).containsExactly("user-2", "user-3");
        assertThat(store.online(second.cursor(), 2)).isEqualTo(new OnlinePage(List.of("user-4"), OnlinePage.START));
        assertThat(store.online(OnlinePage.START, 5).cursor()).isEqualTo(OnlinePage.START);
    }

    @Test
    void pagesWithNobodyOnlineAreSkipped() {
        beatAll(10);
        IntStream.range(0, 9).forEach(i -> store.disconnectAll("user-" + i, "n"));
        assertThat(store.online(OnlinePage.START, 2)).isEqualTo(new OnlinePage(List.of("user-9"), OnlinePage.START));
        store.disconnectAll("user-9", "n");
        assertThat(store.online(OnlinePage.START, 2)).isEqualTo(new OnlinePage(List.of(), OnlinePage.START));
    }

    @Test
    void aCursorBeyondTheEndHasAnEmptyPage() {
        beatAll(3);
        assertThat(store.online("0", 2).users()).hasSize(2);
        assertThat(store.online("3", 2)).isEqualTo(new OnlinePage(List.of(), OnlinePage.START));
        assertThat(store.online("2147483647", 2)).isEqualTo(new OnlinePage(List.of(), OnlinePage.START));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", " 1", "2147483648", "1.5"})
    void aCursorOfAnotherStoreIsRefused(String cursor) {
        assertThatThrownBy(() -> store.online(cursor, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a cursor of this store; pass OnlinePage.START, then what each page says");
    }

    @Test
    void aPageOfNobodyIsRefused() {
        assertThatThrownBy(() -> store.online(OnlinePage.START, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit must be at least 1, not 0");
        beatAll(2);
        assertThat(store.online(OnlinePage.START, 1)).isEqualTo(new OnlinePage(List.of("user-0"), "1"));
    }

    // ---- sweeps

    @Test
    void aSweepStopsAtItsLimitAndAsksForTheNextAtOnce() {
        beatAll(5);
        pass(30_001);
        SweepReply first = sweep(0, 2);
        assertThat(first.claimed()).isEqualTo(2);
        assertThat(first.nextDueMillis()).isEqualTo(first.nowMillis());
        assertThat(store.stats().onlineUsers()).isEqualTo(3);
        assertThat(sweep(0, 3).claimed()).isEqualTo(3);
        SweepReply last = sweep(0, 3);
        assertThat(last.claimed()).isZero();
        assertThat(last.nextDueMillis()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aClaimWaitsForTheBuffersOfOtherNodes() {
        beat("ada");
        pass(30_500);
        SweepReply early = sweep(500, 10);
        assertThat(early.claimed()).isZero();
        assertThat(early.nextDueMillis()).isEqualTo(early.nowMillis() + 1);
        assertThat(isOnline("ada")).isFalse();
        assertThat(store.stats().onlineUsers()).isEqualTo(1);
        store.record(new WriteBatch("m", clock.millis(), List.of(Write.beat("ada", "", 500))));
        assertThat(sweep(500, 10).nextDueMillis()).isEqualTo(early.nowMillis() + 1);
        pass(30_001);
        assertThat(sweep(500, 10).claimed()).isEqualTo(1);
    }

    @Test
    void aSweepSaysWhenTheNextClaimIsDue() {
        assertThat(sweep(0, 10).nextDueMillis()).isEqualTo(Long.MAX_VALUE);
        long start = clock.millis();
        beat("ada");
        assertThat(sweep(0, 10).nextDueMillis()).isEqualTo(start + 30_001);
        pass(10_000);
        beat("ada");
        assertThat(sweep(0, 10).nextDueMillis()).isEqualTo(start + 30_001);
        pass(20_001);
        assertThat(sweep(0, 10)).isEqualTo(new SweepReply(StoreReply.Verdict.DONE, start + 30_001, 0, start + 40_001));
        pass(10_000);
        assertThat(sweep(0, 10).claimed()).isEqualTo(1);
    }

    @Test
    void aSweepMadeTooFarFromTheStoresTimeDoesNothing() {
        beat("ada");
        pass(30_001);
        long now = clock.millis();
        assertThat(store.expire(new SweepRequest("n", now - 1_001, 1, 700, 10)))
                .isEqualTo(new SweepReply(StoreReply.Verdict.LATE, now, 0, now));
        assertThat(store.expire(new SweepRequest("n", now + 1_001, 1, 700, 10)).verdict())
                .isEqualTo(StoreReply.Verdict.LATE);
        assertThat(store.expire(new SweepRequest("n", now - 1_000, 1, 0, 10)).claimed())
                .isEqualTo(1);
    }

    @Test
    void aSweepInAQuietPeriodClaimsNobodyAndSaysWhenItEnds() {
        beat("ada");
        clock.step(Duration.ofMinutes(10));
        long now = clock.millis();
        assertThat(sweep(0, 10)).isEqualTo(new SweepReply(StoreReply.Verdict.DONE, now, 0, now + 30_001));
        pass(30_000);
        assertThat(sweep(0, 10).claimed()).isZero();
        assertThat(isOnline("ada")).isTrue();
        pass(1);
        assertThat(isOnline("ada")).isFalse();
        assertThat(sweep(0, 10).claimed()).isEqualTo(1);
    }

    @Test
    void sessionsLapseEachAtItsTimeAndTheUserWithTheLast() {
        store.heartbeat("ada", "phone", "n");
        pass(10_000);
        store.heartbeat("ada", "tablet", "n");
        long end = clock.millis() + 30_001;
        pass(20_001);
        assertThat(sweep(0, 10)).isEqualTo(new SweepReply(StoreReply.Verdict.DONE, clock.millis(), 0, end));
        pass(10_000);
        assertThat(sweep(0, 10).claimed()).isEqualTo(1);
    }

    @Test
    void aSessionThatBeganLateIsClaimedInTime() {
        store.heartbeat("ada", "phone", "n");
        store.disconnect("ada", "phone", "n");
        pass(25_000);
        store.heartbeat("ada", "tablet", "n");
        store.disconnect("ada", "tablet", "n");
        store.record(new WriteBatch("m", clock.millis(), List.of(Write.beat("ada", "desk", 24_000))));
        assertThat(isOnline("ada")).isTrue();
        pass(6_000);
        assertThat(sweep(0, 10).claimed()).isZero();
        pass(1);
        assertThat(sweep(0, 10).claimed()).isEqualTo(1);
    }

    // ---- signals

    @Test
    void everyTransitionIsSignalledOnceAndNothingElse() {
        List<String> heard = new ArrayList<>();
        Subscription subscription = store.onFeed(() -> heard.add("signal"));
        beat("ada");
        assertThat(heard).hasSize(1);
        beat("ada");
        store.heartbeat("ada", "phone", "n");
        store.disconnect("ada", "", "n");
        store.disconnect("bob", "", "n");
        sweep(0, 10);
        assertThat(heard).hasSize(1);
        store.disconnect("ada", "phone", "n");
        assertThat(heard).hasSize(2);
        pass(1);
        store.record(new WriteBatch("m", clock.millis(), List.of(Write.beat("ada", "", 0))));
        assertThat(heard).hasSize(3);
        pass(30_001);
        sweep(0, 10);
        assertThat(heard).hasSize(4);
        sweep(0, 10);
        beat("bob");
        store.forget("bob", "n");
        assertThat(heard).hasSize(6);
        subscription.close();
        beat("ada");
        assertThat(heard).hasSize(6);
    }

    @Test
    void droppedSessionsAreCounted() {
        for (int i = 0; i < 20; i++) {
            store.heartbeat("ada", "session-" + i, "n");
        }
        assertThat(store.stats().sessionsDropped()).isEqualTo(4);
    }

    // ---- settings

    @Test
    void aShorterRetentionHoldsForUsersWhoAreOffline() {
        beat("ada");
        store.disconnect("ada", "", "n");
        pass(40_000);
        store.settings(
                StoreSettings.defaults().withRetention(Duration.ofSeconds(60)).withVersion(2));
        sweep(0, 10);
        assertThat(store.knownUsers()).isEqualTo(1);
        pass(30_000);
        sweep(0, 10);
        assertThat(store.knownUsers()).isZero();
    }

    @Test
    void theSameSettingsAreNoChange() {
        store.settings(StoreSettings.defaults());
        assertThat(store.settings()).isEqualTo(StoreSettings.defaults());
    }

    // ---- the life of the store

    @Test
    void aClosedStoreRefusesEverything() {
        store.close();
        store.close();
        Stream.<ThrowingCallable>of(
                        () -> store.record(new WriteBatch("n", clock.millis(), List.of())),
                        () -> store.statuses(List.of()),
                        () -> sweep(0, 10),
                        () -> store.feed(FeedPosition.END, 1),
                        () -> store.online(OnlinePage.START, 1),
                        () -> store.stats())
                .forEach(call -> assertThatThrownBy(call)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the presence store is closed"));
        assertThat(store.clock()).isSameAs(clock);
    }

    @Test
    void everySettingOfTheBuilderIsTaken() {
        StoreSettings settings =
                new StoreSettings(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(10), 2, 7);
        CaffeinePresenceStoreBuilder builder =
                CaffeinePresenceStore.builder().settings(settings).clock(clock);
        try (CaffeinePresenceStore first = builder.build();
                CaffeinePresenceStore second = builder.maximumUsers(1).build()) {
            assertThat(first.settings()).isEqualTo(settings);
            assertThat(second.settings()).isEqualTo(settings);
            second.heartbeat("ada", "", "n");
            second.heartbeat("bob", "", "n");
            assertThat(second.stats().usersRefused()).isEqualTo(1);
            first.heartbeat("ada", "", "n");
            first.heartbeat("bob", "", "n");
            assertThat(first.stats().usersRefused()).isZero();
        }
        try (CaffeinePresenceStore plain = CaffeinePresenceStore.create()) {
            assertThat(plain.settings()).isEqualTo(StoreSettings.defaults());
        }
    }
}
