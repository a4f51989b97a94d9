package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MailboxTest {
    private final WatchedClock clock = new WatchedClock();
    private final Counters counters = new Counters();
    private final List<String> heard = new ArrayList<>();

    private Mailbox mailbox(int capacity) {
        return new Mailbox(transition -> heard.add(describe(transition)), clock, counters, capacity);
    }

    private static Transition online(String user) {
        return transition(user, Presence.ONLINE);
    }

    private static Transition offline(String user) {
        return transition(user, Presence.OFFLINE);
    }

    private static Transition transition(String user, Presence presence) {
        return new Transition(user, presence, Instant.EPOCH, Optional.empty(), Transition.Origin.ELSEWHERE);
    }

    private static String describe(Transition transition) {
        return transition.user() + " " + transition.presence();
    }

    private void deliver() {
        clock.manual.runDue();
    }

    private long count(Counter counter) {
        return counters.snapshot().get(counter);
    }

    @Test
    void listenerHearsInOrderInATaskOfItsOwn() {
        Mailbox mailbox = mailbox(10);
        mailbox.offer(online("ada"));
        mailbox.offer(online("bob"));
        mailbox.offer(offline("ada"));
        assertThat(heard).isEmpty();
        assertThat(clock.scheduled).containsExactly("0+0");
        deliver();
        assertThat(heard).containsExactly("ada ONLINE", "bob ONLINE", "ada OFFLINE");
    }

    @Test
    void nextDeliveryIsScheduledWhenTheLastIsOver() {
        Mailbox mailbox = mailbox(10);
        mailbox.offer(online("ada"));
        deliver();
        mailbox.offer(offline("ada"));
        assertThat(clock.scheduled).containsExactly("0+0", "0+0");
        deliver();
        assertThat(heard).containsExactly("ada ONLINE", "ada OFFLINE");
    }

    @Test
    void whatComesDuringADeliveryIsHeardInTheSame() {
        List<Mailbox> self = new ArrayList<>();
        self.add(new Mailbox(
                transition -> {
                    heard.add(describe(transition));
                    if (transition.user().equals("ada")) {
                        self.get(0).offer(online("bob"));
                    }
                },
                clock,
                counters,
                10));
        self.get(0).offer(online("ada"));
        deliver();
        assertThat(heard).containsExactly("ada ONLINE", "bob ONLINE");
        assertThat(clock.scheduled).hasSize(1);
    }

    @Test
    void fullMailboxFoldsNothing() {
        Mailbox mailbox = mailbox(2);
        mailbox.offer(online("ada"));
        mailbox.offer(offline("ada"));
        deliver();
        assertThat(heard).containsExactly("ada ONLINE", "ada OFFLINE");
        assertThat(count(Counter.FOLDED_TRANSITIONS)).isZero();
    }

    @Test
    void overflowFoldsEachUserToTheNewestStep() {
        Mailbox mailbox = mailbox(3);
        mailbox.offer(online("ada"));
        mailbox.offer(online("bob"));
        mailbox.offer(offline("ada"));
        mailbox.offer(online("ada"));
        deliver();
        assertThat(heard).containsExactly("bob ONLINE", "ada ONLINE");
        assertThat(count(Counter.FOLDED_TRANSITIONS)).isEqualTo(2);
    }

    @Test
    void stepsThatLeadBackFoldToNothing() {
        Mailbox mailbox = mailbox(2);
        mailbox.offer(online("ada"));
        mailbox.offer(offline("ada"));
        mailbox.offer(online("bob"));
        deliver();
        assertThat(heard).containsExactly("bob ONLINE");
        assertThat(count(Counter.FOLDED_TRANSITIONS)).isEqualTo(2);
    }

    @Test
    void mailboxThatCannotFoldGrowsToTwiceWhatIsLeft() {
        Mailbox mailbox = mailbox(2);
        mailbox.offer(online("a"));
        mailbox.offer(online("b"));
        mailbox.offer(online("c")); // three users are left: folds again beyond six
        mailbox.offer(offline("c"));
        mailbox.offer(online("c"));
        mailbox.offer(offline("c"));
        assertThat(count(Counter.FOLDED_TRANSITIONS)).isZero();
        mailbox.offer(online("c"));
        assertThat(count(Counter.FOLDED_TRANSITIONS)).isEqualTo(4);
        deliver();
        assertThat(heard).containsExactly("a ONLINE", "b ONLINE", "c ONLINE");
    }

    @Test
    void mailboxThatFoldedToLittleKeepsItsCapacity() {
        Mailbox mailbox = mailbox(4);
        for (int i = 0; i < 2; i++) {
            mailbox.offer(online("a"));
            mailbox.offer(offline("a"));
        }
        mailbox.offer(online("a")); // folds to one
        assertThat(count(Counter.FOLDED_TRANSITIONS)).isEqualTo(4);
        mailbox.offer(offline("a"));
        mailbox.offer(online("a"));
        mailbox.offer(offline("a"));
        assertThat(count(Counter.FOLDED_TRANSITIONS)).isEqualTo(4);
        deliver();
        assertThat(heard).containsExactly("a ONLINE", "a OFFLINE", "a ONLINE", "a OFFLINE");
    }

    @Test
    void listenerThatThrowsHearsOnAndIsLoggedOnce() {
        Map<String, Throwable> failures = Map.of(
                "ada", new IllegalStateException("a bug"),
                "bob", new StackOverflowError("an error"),
                "cy", new Exception("a checked one"));
        try (LogCapture log = new LogCapture(HeartbeatTracker.class)) {
            Mailbox mailbox = new Mailbox(
                    transition -> {
                        heard.add(describe(transition));
                        MailboxTest.<RuntimeException>throwUndeclared(failures.get(transition.user()));
                    },
                    clock,
                    counters,
                    10);
            mailbox.offer(online("ada"));
            mailbox.offer(online("bob"));
            mailbox.offer(online("cy"));
            deliver();
            assertThat(heard).containsExactly("ada ONLINE", "bob ONLINE", "cy ONLINE");
            assertThat(count(Counter.LISTENER_FAILURES)).isEqualTo(3);
            assertThat(log.lines())
                    .containsExactly("WARN A presence listener failed; further failures of it are counted, not logged");
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwUndeclared(Throwable e) throws T {
        throw (T) e;
    }

    @Test
    void closedMailboxDropsWhatWaitsAndWhatComes() {
        Mailbox mailbox = mailbox(10);
        mailbox.offer(online("ada"));
        mailbox.close();
        mailbox.offer(online("bob"));
        deliver();
        assertThat(heard).isEmpty();
    }

    @Test
    void listenerThatClosesItsMailboxHearsNoMore() {
        List<Mailbox> self = new ArrayList<>();
        self.add(new Mailbox(
                transition -> {
                    heard.add(describe(transition));
                    self.get(0).close();
                },
                clock,
                counters,
                10));
        self.get(0).offer(online("ada"));
        self.get(0).offer(online("bob"));
        deliver();
        assertThat(heard).containsExactly("ada ONLINE");
    }

    @Test
    void everyUserAlternatesAndEndsAsTheyAreHoweverMuchIsFolded() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Map<String, Presence> is = new HashMap<>();
            Map<String, Presence> told = new HashMap<>();
            Counters counters = new Counters();
            List<Transition> heard = new ArrayList<>();
            Mailbox mailbox = new Mailbox(heard::add, clock, counters, 1 + random.nextInt(8));
            int offered = 200;
            for (int i = 0; i < offered; i++) {
                String user = "user" + random.nextInt(5);
                Presence next = is.get(user) == Presence.ONLINE ? Presence.OFFLINE : Presence.ONLINE;
                is.put(user, next);
                mailbox.offer(transition(user, next));
                if (random.nextInt(15) == 0) {
                    deliver();
                }
            }
            deliver();
            for (Transition transition : heard) {
                Presence before = told.put(transition.user(), transition.presence());
                assertThat(transition.presence())
                        .as("seed %s", seed)
                        .isNotEqualTo(before == null ? Presence.OFFLINE : before);
            }
            is.forEach((user, presence) -> told.putIfAbsent(user, Presence.OFFLINE));
            assertThat(told).as("seed %s", seed).isEqualTo(is);
            assertThat(heard.size() + counters.snapshot().get(Counter.FOLDED_TRANSITIONS))
                    .as("seed %s", seed)
                    .isEqualTo(offered);
        }
    }
}
