package dev.presence.testkit;

import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.StoreReply;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R10OneClock extends StoreRules {
    @Test
    @DisplayName("R10: two nodes see the same status, last seen and age")
    default void r10NodesAgree() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.pass(1_234);
        assertThat(it.statusOnOther("ada")).isEqualTo(it.status("ada"));
    }

    @Test
    @DisplayName("R10: a clock set back flips no status, lowers no stamp, and delays offline by no more than the step")
    default void r10StepBack() {
        StoreUnderTest it = given();
        long start = it.now();
        it.pass(1_000);
        it.beat("ada");
        it.clock.step(Duration.ofMinutes(-10));
        assertThat(it.now() - start).isEqualTo(1_000);
        it.beat("ada");
        it.beat("bob");
        assertThat(it.lastSeenSince(start, "ada")).isEqualTo(1_000);
        assertThat(it.lastSeenSince(start, "bob")).isEqualTo(1_000);
        it.pass(Duration.ofMinutes(10).toMillis());
        it.pass(TIMEOUT - 1);
        assertThat(it.isOnline("ada")).isTrue();
        it.pass(2);
        assertThat(it.isOnline("ada")).isFalse();
    }

    @Test
    @DisplayName("R10: a clock set back lowers no sequence")
    default void r10StepBackKeepsSequence() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.clock.step(Duration.ofMinutes(-10));
        it.end("ada");
        List<Long> numbers =
                it.entries().stream().map(entry -> entry.sequence().number()).toList();
        assertThat(numbers).hasSize(2).isSorted().doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("R10: a clock that leaps ahead is an outage, not an exodus")
    default void r10LeapIsNoExodus() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.beat("bob");
        it.sweep();
        it.clock.step(Duration.ofMinutes(10));
        assertThat(it.sweep()).isZero();
        assertThat(it.isOnline("ada")).isTrue();
        assertThat(it.status("ada").isStale()).isTrue();
        it.beat("ada");
        assertThat(it.status("ada").isStale()).isFalse();
        it.pass(TIMEOUT);
        assertThat(it.sweep()).isZero();
        it.beat("ada");
        it.pass(1);
        assertThat(it.sweep()).isEqualTo(1);
        assertThat(it.events()).containsExactly("ada online", "bob online", "bob offline");
    }

    @Test
    @DisplayName("R10: writes made more than the fence from the store's time are refused whole, with the store's time")
    default void r10FenceRefusesWrites() {
        StoreUnderTest it = given();
        it.pass(60_000);
        for (long out : new long[] {-WriteBatch.FENCE_MILLIS - 1, WriteBatch.FENCE_MILLIS + 1}) {
            StoreReply reply =
                    it.store.record(new WriteBatch("first", it.now() + out, List.of(Write.beat("ada", "", 0))));
            assertThat(reply).isEqualTo(new StoreReply(StoreReply.Verdict.LATE, it.now()));
        }
        assertThat(it.status("ada").lastSeen()).isEmpty();
        for (long out : new long[] {-WriteBatch.FENCE_MILLIS, WriteBatch.FENCE_MILLIS}) {
            StoreReply reply =
                    it.store.record(new WriteBatch("first", it.now() + out, List.of(Write.beat("ada", "", 0))));
            assertThat(reply).isEqualTo(new StoreReply(StoreReply.Verdict.DONE, it.now()));
        }
        assertThat(it.status("ada").age()).contains(Duration.ZERO);
    }

    @Test
    @DisplayName("R10: a claim made more than the fence from the store's time is refused")
    default void r10FenceRefusesClaims() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.sweep();
        it.pass(TIMEOUT + 1);
        long madeAt = it.now() - WriteBatch.FENCE_MILLIS - 1;
        SweepReply reply = it.store.expire(
                new SweepRequest("first", madeAt, Duration.ofDays(1).toMillis(), 0, 10));
        assertThat(reply.verdict()).isEqualTo(StoreReply.Verdict.LATE);
        assertThat(reply.nowMillis()).isEqualTo(it.now());
        assertThat(reply.claimed()).isZero();
        assertThat(it.events()).containsExactly("ada online");
    }

    @Test
    @DisplayName("R10: no stamp lies in the future")
    default void r10NoStampInTheFuture() {
        StoreUnderTest it = given();
        it.store.record(new WriteBatch("first", it.now() + 900, List.of(Write.beat("ada", "", 0))));
        assertThat(it.status("ada").age()).contains(Duration.ZERO);
        it.pass(TIMEOUT + 1);
        assertThat(it.isOnline("ada")).isFalse();
    }
}
