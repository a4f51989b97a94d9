package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.Presence;
import dev.presence.PresenceStore;
import dev.presence.PresenceStoreException;
import dev.presence.StoreReply;
import dev.presence.Transition;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long after its lapse a listener hears of a user. Users beat twice per time-out. In process that is 10 s, not 30 s, to
 * keep it short; a back end that cannot take so many beats has a longer one.
 *
 * <p>First 1 % of 1M users stop in each second, and return some seconds after they lapsed. Then all of them
 * lapse in one millisecond, while 16.7k others a second beat on and as many rosters of everybody are read.
 */
final class LagScenario {
    private static final double PER_SECOND = 16_700;
    private static final double STOPPING = 0.01; // of all users, a second
    private static final long RETURN_MILLIS = 3_000; // after the lapse; whoever was not heard of by then is missing
    private static final long LONGEST_START_NANOS = 300_000_000_000L;
    private static final int STAMPED_AT_ONCE = 1_000;
    private static final long EARLY_MILLIS = 250; // a stamp is late where the store's clock does not get to run

    private final int users;
    private final int others; // each beats twice per time-out
    private final int seconds;
    private final long timeoutMillis;
    private final int readers;
    private final Backend.Open opened;
    private final PresenceStore store;
    private final HeartbeatTracker tracker;
    private final int[] order;
    private final Random random = new Random(3);
    private final AtomicLongArray beats; // the newest beat of each user, in epoch milliseconds
    private final AtomicIntegerArray stopped; // 1 from the decision to stop until it was heard
    private final AtomicInteger missing = new AtomicInteger();
    private final AtomicInteger falselyOffline = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicInteger offline = new AtomicInteger();
    private final AtomicLong lastHeard = new AtomicLong();
    private volatile Histogram lags = newHistogram();
    private volatile boolean judging;
    private volatile boolean stopping;

    /** What was measured, in milliseconds. */
    record Outcome(
            double lagMillis,
            double allAtOnceMillis,
            double readMillis,
            double beatMillis,
            long unheardOrWrong,
            long errors) {}

    static Map<String, Integer> defaults(Backend backend) {
        return Map.of(
                "users",
                1_000_000,
                "seconds",
                30,
                "timeout",
                backend.lagTimeoutSeconds(),
                "readers",
                backend.readers(),
                "view",
                backend.usualView());
    }

    LagScenario(Backend backend, Arguments arguments) {
        users = arguments.get("users");
        seconds = arguments.get("seconds");
        timeoutMillis = arguments.get("timeout") * 1_000L;
        others = (int) (PER_SECOND * timeoutMillis / 2_000);
        readers = arguments.get("readers");
        opened = backend.open(Duration.ofMillis(timeoutMillis));
        store = opened.store();
        tracker = HeartbeatTracker.builder(store)
                .heartbeatInterval(Duration.ofMillis(timeoutMillis / 2))
                .localView(arguments.view())
                .build();
        order = Distribution.shuffled(users, new Random(1));
        beats = new AtomicLongArray(users + others);
        stopped = new AtomicIntegerArray(users + others);
    }

    Outcome run() {
        var unused = tracker.addListener(this::hear);
        Histogram some = someLapse();
        System.out.printf(
                "%n### Detection lag on %s: %,d users beating every %d s, time-out %d s%n%n"
                        + "| lag from lapse to listener, ms | lapses | a second | p50 | p99 | max |%n|---|---|---|---|---|---|%n%s%n",
                opened.description(),
                users,
                timeoutMillis / 2_000,
                timeoutMillis / 1_000,
                row("1 % lapsing a second", some, seconds));
        AllAtOnce all = allLapse();
        System.out.printf(
                "%s%n%nAll at once: the last was heard of %,d ms after the lapse. %,d users went offline unheard, %,d were"
                        + " called offline while they beat.%n%nMeanwhile:%n%n%s%n%s%n%s%n",
                row("all in one millisecond", all.lags, all.millis / 1e3),
                all.millis,
                missing.get(),
                falselyOffline.get(),
                OpenLoop.header(),
                all.beats.row(),
                all.rosters.row());
        tracker.close();
        opened.close();
        return new Outcome(
                (double) some.getValueAtPercentile(99),
                (double) all.millis,
                all.rosters.millis(99),
                all.beats.millis(99),
                missing.get() + falselyOffline.get(),
                errors.get());
    }

    private static String row(String name, Histogram lags, double seconds) {
        return String.format(
                "| %s | %,d | %,.0f | %d | %d | %d |",
                name,
                lags.getTotalCount(),
                lags.getTotalCount() / seconds,
                lags.getValueAtPercentile(50),
                lags.getValueAtPercentile(99),
                lags.getMaxValue());
    }

    private void hear(Transition transition) {
        if (transition.presence() == Presence.ONLINE || !judging) {
            return;
        }
        long now = System.currentTimeMillis();
        int user = TestIds.number(transition.user());
        long lag = now - beats.get(user) - timeoutMillis;
        if (lag < -EARLY_MILLIS) {
            falselyOffline.incrementAndGet();
        } else {
            lags.recordValue(Math.max(0, lag));
            stopped.set(user, 0);
            offline.incrementAndGet();
            lastHeard.accumulateAndGet(now, Math::max);
        }
    }

    // ---- 1 % a second

    private Histogram someLapse() {
        int perStep =
                Math.max(1, (int) (users * 2L / timeoutMillis)); // each user twice per time-out, a step a millisecond
        OpenLoop everybody = new OpenLoop("users", 1_000, 1, step -> {
            stopSome(step);
            for (int i = 0; i < perStep; i++) {
                beatOrNot(order[(int) ((step * perStep + i) % users)]);
            }
            return false;
        });
        everybody.start();
        awaitEverybody();
        judging = true;
        stopping = true;
        LockSupport.parkNanos(2 * timeoutMillis * 1_000_000L); // by then as many return as stop
        Histogram measured = newHistogram();
        lags = measured;
        LockSupport.parkNanos(seconds * 1_000_000_000L);
        lags = newHistogram();
        everybody.end();
        return measured;
    }

    private void awaitEverybody() {
        for (int place = 0; place < users; place++) {
            beatInTurn(place, order[place]);
        }
        long deadline = System.nanoTime() + LONGEST_START_NANOS;
        while (tracker.onlineCount() < users) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "of " + users + " beating users " + tracker.onlineCount() + " are online after 5 minutes");
            }
            LockSupport.parkNanos(10_000_000);
        }
        LockSupport.parkNanos(timeoutMillis * 1_000_000L);
    }

    /** As many in every second: the same moment for a share of all would come back as a wave with every time-out. */
    private void stopSome(long step) {
        double each = users * STOPPING / 1_000;
        long some = (long) ((step + 1) * each) - (long) (step * each);
        for (long tries = 0; stopping && some > 0 && tries < users; tries++) {
            int user = random.nextInt(users);
            if (System.currentTimeMillis() < beats.get(user) + timeoutMillis && stopped.compareAndSet(user, 0, 1)) {
                some--;
            }
        }
    }

    private void beatOrNot(int user) {
        long now = System.currentTimeMillis();
        boolean silent = stopped.get(user) == 1 || (stopping && now >= beats.get(user) + timeoutMillis);
        if (!silent) {
            beat(user);
        } else if (now >= beats.get(user) + timeoutMillis + RETURN_MILLIS) {
            if (stopped.getAndSet(user, 0) == 1) {
                missing.incrementAndGet();
            }
            beat(user);
        }
    }

    /** Beats no faster than the store takes them. */
    private void beatInTurn(int place, int user) {
        beat(user);
        if (place % 10_000 == 0) {
            tracker.flush();
        }
    }

    private void beat(int user) {
        tracker.heartbeat(TestIds.user(user));
        beats.set(user, System.currentTimeMillis());
    }

    // ---- all at once

    private record AllAtOnce(Histogram lags, long millis, OpenLoop beats, OpenLoop rosters) {}

    private AllAtOnce allLapse() {
        int[] asked = Distribution.UNIFORM.draw(users + others, 1 << 22, new Random(2));
        OpenLoop beating = new OpenLoop("beat of others", PER_SECOND, 1, number -> {
            beat(users + (int) (number % others));
            return true;
        });
        OpenLoop reading = new OpenLoop("roster of 10", PER_SECOND, readers, number -> {
            List<String> roster = new ArrayList<>(10);
            for (int i = 0; i < 10; i++) {
                roster.add(TestIds.user(asked[(int) (number * 10 + i) & asked.length - 1]));
            }
            return read(roster);
        });
        long beatAt = beatAllInOneMillisecond();
        beating.start();
        reading.start();
        Histogram measured = newHistogram();
        lags = measured;
        offline.set(0);
        long lapse = beatAt + timeoutMillis;
        LockSupport.parkNanos((lapse - System.currentTimeMillis()) * 1_000_000L);
        beating.record();
        reading.record();
        while (offline.get() < users && System.currentTimeMillis() < lapse + 60_000) {
            LockSupport.parkNanos(10_000_000);
        }
        missing.addAndGet(users - offline.get());
        LockSupport.parkNanos(1_000_000_000L);
        beating.end();
        reading.end();
        return new AllAtOnce(measured, lastHeard.get() - lapse, beating, reading);
    }

    private boolean read(List<String> roster) {
        try {
            return RosterBenchmark.ages(tracker, roster) != Long.MIN_VALUE; // always; but so the sum is of use
        } catch (PresenceStoreException e) {
            errors.incrementAndGet();
            return true;
        }
    }

    /** A store takes beats with ages: that is how all of them can have the same stamp. */
    private long beatAllInOneMillisecond() {
        judging = false; // those who stopped lately may be heard of now
        long begun = System.currentTimeMillis();
        for (int user = 0; user < users; user++) {
            beatInTurn(user, user);
        }
        LockSupport.parkNanos(2_000_000_000L);
        judging = true;
        long beatAt = System.currentTimeMillis();
        for (int user = 0; user < users; user++) {
            beats.set(user, beatAt);
        }
        for (int user = 0; user < users; user += STAMPED_AT_ONCE) {
            stamp(user, Math.min(users, user + STAMPED_AT_ONCE), beatAt);
        }
        long took = System.currentTimeMillis() - begun;
        if (took >= timeoutMillis) {
            throw new IllegalStateException("until all of " + users + " users had beaten at once it took " + took
                    + " ms, so that some lapsed meanwhile: give a longer --timeout");
        }
        return beatAt;
    }

    private void stamp(int from, int to, long beatAt) {
        StoreReply.Verdict verdict = StoreReply.Verdict.LATE;
        for (int tries = 0;
                verdict == StoreReply.Verdict.LATE && tries < 10;
                tries++) { // a busy store refuses what it got late
            long madeAt = System.currentTimeMillis();
            List<Write> writes = new ArrayList<>();
            for (int user = from; user < to; user++) {
                writes.add(Write.beat(TestIds.user(user), Write.DEFAULT_SESSION, madeAt - beatAt));
            }
            verdict = store.record(new WriteBatch("all", madeAt, writes)).verdict();
        }
        if (verdict != StoreReply.Verdict.DONE) {
            throw new IllegalStateException("the store took no beats of all: " + verdict);
        }
    }

    private static Histogram newHistogram() {
        return new ConcurrentHistogram(600_000, 3);
    }
}
