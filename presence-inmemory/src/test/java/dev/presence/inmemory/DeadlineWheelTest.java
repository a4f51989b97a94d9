package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The edges of the wheel; {@link WheelTest} turns it at random. */
final class DeadlineWheelTest {
    private static final long START = 1_000_000;
    private static final int SLOTS = 8_192;

    private final DeadlineWheel wheel = new DeadlineWheel(START, SLOTS - 1); // a slot for every millisecond
    private final UserCell ada = new UserCell("ada");
    private final UserCell bob = new UserCell("bob");

    private static List<String> polled(DeadlineWheel wheel, long now) {
        List<String> all = new ArrayList<>();
        for (Parked polled = wheel.poll(now); polled != null; polled = wheel.poll(now)) {
            assertThat(polled.next).isNull();
            assertThat(polled.parked).isFalse();
            all.add(polled.cell().user);
        }
        return all;
    }

    private List<String> polled(long now) {
        return polled(wheel, now);
    }

    @Test
    void anEmptyWheelIsNeverDue() {
        assertThat(wheel.nextDue()).isEqualTo(Long.MAX_VALUE);
        assertThat(polled(START + 100_000)).isEmpty();
        assertThat(wheel.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whoIsParkedIsDueAtThatMillisecondAndOnce() {
        wheel.park(ada, START + 10);
        assertThat(ada.parked).isTrue();
        assertThat(wheel.nextDue()).isEqualTo(START + 10);
        assertThat(polled(START + 9)).isEmpty();
        assertThat(wheel.nextDue()).isEqualTo(START + 10);
        assertThat(polled(START + 10)).containsExactly("ada");
        assertThat(wheel.nextDue()).isEqualTo(Long.MAX_VALUE);
        assertThat(polled(START + 100)).isEmpty();
    }

    @Test
    void whoIsParkedAlreadyStays() {
        wheel.park(ada, START + 10);
        wheel.park(ada, START + 5);
        assertThat(wheel.nextDue()).isEqualTo(START + 10);
        assertThat(polled(START + 20)).containsExactly("ada");
    }

    @Test
    void whoIsDueInThePastIsPolledNow() {
        polled(START + 50);
        wheel.park(ada, START - 1_000);
        assertThat(wheel.nextDue()).isEqualTo(START - 1_000);
        assertThat(polled(START + 50)).containsExactly("ada");
    }

    @Test
    void theEarlierOfTwoIsNext() {
        wheel.park(ada, START + 20);
        wheel.park(bob, START + 10);
        assertThat(wheel.nextDue()).isEqualTo(START + 10);
        assertThat(polled(START + 15)).containsExactly("bob");
        assertThat(wheel.nextDue()).isEqualTo(START + 20);
        assertThat(polled(START + 20)).containsExactly("ada");
    }

    @Test
    void whileSomeWaitToBePolledTheWheelIsDue() {
        wheel.park(ada, START + 10);
        wheel.park(bob, START + 10);
        assertThat(wheel.poll(START + 10)).isNotNull();
        assertThat(wheel.nextDue()).isEqualTo(Long.MIN_VALUE);
        assertThat(wheel.poll(START + 10)).isNotNull();
        assertThat(wheel.nextDue()).isEqualTo(Long.MAX_VALUE);
        assertThat(wheel.poll(START + 10)).isNull();
    }

    @Test
    void whoIsBeyondTheHorizonIsLookedAtEarly() {
        wheel.park(ada, START + 100_000);
        assertThat(wheel.nextDue()).isEqualTo(START + SLOTS - 1);
        assertThat(polled(START + SLOTS - 2)).isEmpty();
        assertThat(polled(START + SLOTS - 1)).containsExactly("ada");
    }

    @Test
    void theHorizonItselfIsExact() {
        for (long horizon : new long[] {0, 1, SLOTS - 1, SLOTS, 2 * SLOTS - 2, 2 * SLOTS - 1, 30_000}) {
            DeadlineWheel fresh = new DeadlineWheel(START, horizon);
            fresh.park(new UserCell("ada"), START + horizon);
            assertThat(fresh.nextDue()).isEqualTo(START + horizon);
            assertThat(polled(fresh, START + horizon)).containsExactly("ada");
        }
    }

    @Test
    void aSlotIsNoLongerThanItNeedBe() {
        assertThat(beyond(SLOTS - 1)).isEqualTo(SLOTS - 1);
        assertThat(beyond(SLOTS)).isEqualTo(2 * (SLOTS - 1));
        assertThat(beyond(2 * (SLOTS - 1))).isEqualTo(2 * (SLOTS - 1));
        assertThat(beyond(2 * (SLOTS - 1) + 1)).isEqualTo(3 * (SLOTS - 1) - START % 3);
    }

    /** How far ahead a deadline beyond the horizon is looked at. */
    private static long beyond(long horizon) {
        DeadlineWheel fresh = new DeadlineWheel(START, horizon);
        fresh.park(new UserCell("ada"), Long.MAX_VALUE);
        return fresh.nextDue() - START;
    }

    @Test
    void ofASlotThatSpansSeveralTheEarliestCounts() {
        DeadlineWheel wide = new DeadlineWheel(START, 10L * (SLOTS - 1)); // ten milliseconds
        wide.park(ada, START + 18);
        wide.park(bob, START + 15);
        assertThat(wide.nextDue()).isEqualTo(START + 15);
        wide.park(new UserCell("cleo"), START + 17);
        assertThat(wide.nextDue()).isEqualTo(START + 15);
        assertThat(polled(wide, START + 14)).isEmpty();
        assertThat(polled(wide, START + 15)).containsExactlyInAnyOrder("ada", "bob", "cleo");
    }

    @Test
    void afterAPauseOfATurnEverythingIsDue() {
        for (int pause : new int[] {SLOTS - 1, SLOTS, 10 * SLOTS}) {
            DeadlineWheel fresh = new DeadlineWheel(START, SLOTS - 1);
            List<String> users = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                fresh.park(new UserCell("user-" + i), START + i * 80L);
                users.add("user-" + i);
            }
            assertThat(polled(fresh, START + pause)).containsExactlyInAnyOrderElementsOf(users);
            assertThat(fresh.nextDue()).isEqualTo(Long.MAX_VALUE);
            fresh.park(ada, START + pause + 5);
            assertThat(fresh.nextDue()).isEqualTo(START + pause + 5);
            assertThat(polled(fresh, START + pause + 4)).isEmpty();
            assertThat(polled(fresh, START + pause + 5)).containsExactly("ada");
        }
    }

    @Test
    void theHorizonMovesWithThePolls() {
        wheel.park(bob, START + 5_000);
        for (long now = START; now < START + 5_000; now += 1_000) {
            assertThat(polled(now)).isEmpty();
        }
        wheel.park(ada, START + 4_000 + SLOTS - 1);
        assertThat(polled(START + 5_000)).containsExactly("bob");
        assertThat(wheel.nextDue()).isEqualTo(START + 4_000 + SLOTS - 1);
        assertThat(polled(START + 4_000 + SLOTS - 2)).isEmpty();
        assertThat(polled(START + 4_000 + SLOTS - 1)).containsExactly("ada");
    }

    // ---- reminders

    @Test
    void aReminderOfSomeoneNotParkedParksThem() {
        wheel.remind(ada, START + 10, START + 100);
        assertThat(ada.parked).isTrue();
        assertThat(wheel.poll(START + 10)).isSameAs(ada);
    }

    @Test
    void aReminderOfSomeoneParkedComesFirst() {
        wheel.park(ada, START + 50);
        wheel.remind(ada, START + 10, START + 100);
        assertThat(wheel.nextDue()).isEqualTo(START + 10);
        Parked reminder = wheel.poll(START + 10);
        assertThat(reminder).isInstanceOf(Parked.Reminder.class);
        assertThat(reminder.cell()).isSameAs(ada);
        assertThat(ada.parked).isTrue();
        assertThat(wheel.nextDue()).isEqualTo(START + 50);
        assertThat(wheel.poll(START + 50)).isSameAs(ada);
        assertThat(wheel.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aReminderIsParkedAgainOnlyBeforeTheUsersOwnTimeWillHaveCome() {
        wheel.park(ada, START + 500);
        wheel.remind(ada, START + 10, START + 100);
        Parked reminder = wheel.poll(START + 10);
        wheel.parkAgain(reminder, START + 99);
        assertThat(reminder.parked).isTrue();
        assertThat(wheel.nextDue()).isEqualTo(START + 99);
        assertThat(wheel.poll(START + 99)).isSameAs(reminder);
        wheel.parkAgain(reminder, START + 100);
        assertThat(reminder.parked).isFalse();
        assertThat(wheel.nextDue()).isEqualTo(START + 500);
    }

    @Test
    void aReminderOfSomeoneNoLongerParkedParksThem() {
        wheel.park(ada, START + 20);
        wheel.remind(ada, START + 20, START + 100);
        Parked first = wheel.poll(START + 20);
        Parked second = wheel.poll(START + 20);
        Parked reminder = first == ada ? second : first;
        assertThat(reminder).isInstanceOf(Parked.Reminder.class);
        wheel.parkAgain(reminder, START + 200);
        assertThat(ada.parked).isTrue();
        assertThat(reminder.parked).isFalse();
        assertThat(wheel.poll(START + 200)).isSameAs(ada);
        wheel.parkAgain(ada, START + 300);
        wheel.parkAgain(ada, START + 250); // is parked
        assertThat(wheel.nextDue()).isEqualTo(START + 300);
    }
}
