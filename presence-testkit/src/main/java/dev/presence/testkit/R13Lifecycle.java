package dev.presence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.FeedPosition;
import dev.presence.OnlinePage;
import dev.presence.PresenceStore;
import dev.presence.SweepRequest;
import dev.presence.WriteBatch;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R13Lifecycle extends StoreRules {
    @Test
    @DisplayName("R13: a store can be closed twice, and refuses to be used after")
    default void r13CloseIsFinal() {
        StoreUnderTest it = given();
        it.beat("ada");
        long now = it.now();
        PresenceStore store = it.store;
        store.close();
        store.close();
        List<ThrowingCallable> calls = List.of(
                () -> store.record(new WriteBatch("first", now, List.of())),
                () -> store.statuses(List.of("ada")),
                () -> store.expire(new SweepRequest("first", now, 1_000, 0, 10)),
                () -> store.feed(FeedPosition.END, 10),
                () -> store.online(OnlinePage.START, 10),
                store::stats);
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        }
    }

    @Test
    @DisplayName("R13: a store leaves the clock it was given to its owner")
    default void r13GivenClockIsNotClosed() {
        CloseCountingClock clock = new CloseCountingClock();
        given(StoreRules.settings(), clock).close();
        assertThat(clock.closed()).isZero();
    }
}
