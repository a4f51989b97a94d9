package dev.presence.benchmarks;

import dev.presence.Counter;
import dev.presence.HeartbeatTracker;
import dev.presence.LocalView;
import dev.presence.Presence;
import dev.presence.Transition;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import dev.presence.benchmarks.ExpectedStatuses.Verdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * The required load: each of 1M users beats once a minute, and as many rosters of ten are read, for a minute. Friends are drawn by Zipf's law. Time-out:
 * two minutes, twice the interval. It starts as if it had gone on for long: the beats of the minute before are recorded with
 * their ages.
 *
 * <p>Of a hundred users one has crashed (its last beat is up to one time-out old; half of them return half-way) and one leaves
 * when its beat is due, and returns five seconds later.
 */
final class LoadScenario implements AutoCloseable {
    private static final long INTERVAL_MILLIS = 60_000;
    private static final long TIMEOUT_MILLIS = 2 * INTERVAL_MILLIS;
    private static final long AWAY_MILLIS = 5_000;
    private static final long LONGEST_LAG_MILLIS = 600_000;
    private static final int ROSTER = 10;
    private static final int DRAWN_FOR_A_ROSTER = 16; // some are drawn twice
    private static final long VIEW_LATE_MILLIS = 2_000; // besides grace and the flush interval

    private final int users;
    private final int seconds;
    private final int warmup;
    private final long margin;
    private final double perSecond;
    private final int readers;
    private final Backend.Open opened;
    private final LocalView view;
    private final HeartbeatTracker tracker;
    private final ExpectedStatuses expected;
    private final LatestHeard heard = new LatestHeard();
    private final int[] order;
    private final int[] asked;
    private final ArrayDeque<Away> away = new ArrayDeque<>();
    private final LongAdder right = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder atTheLapse = new LongAdder();
    private final LongAdder whileWriting = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final Histogram lags = new ConcurrentHistogram(LONGEST_LAG_MILLIS, 3);
    private long returnsFrom = Long.MAX_VALUE;
    private int slot;

    private record Away(int user, long until) {}

    /** Whether it held. */
    record Outcome(double readMillis, long errors, long wrong) {}

    static Map<String, Integer> defaults(Backend backend) {
        return Map.of(
                "users", 1_000_000,
                "seconds", 60,
                "warmup", 10,
                "margin", 250,
                "readers", backend.readers(),
                "flush", 200,
                "view", backend.usualView());
    }

    LoadScenario(Backend backend, Arguments arguments) {
        users = arguments.get("users");
        if (users < 100) {
            throw new IllegalArgumentException("--users has to be at least 100, so that there are friends enough");
        }
        seconds = arguments.get("seconds");
        warmup = arguments.get("warmup");
        margin = arguments.get("margin");
        perSecond = users * 1_000.0 / INTERVAL_MILLIS;
        readers = arguments.get("readers");
        opened = backend.open(Duration.ofMillis(TIMEOUT_MILLIS));
        view = arguments.view();
        tracker = HeartbeatTracker.builder(opened.store())
                .heartbeatInterval(Duration.ofMillis(INTERVAL_MILLIS))
                .flushInterval(Duration.ofMillis(arguments.get("flush")))
                .localView(view)
                .build();
        long late = opened.store().settings().grace().toMillis() + arguments.get("flush") + VIEW_LATE_MILLIS;
        expected = new ExpectedStatuses(users, TIMEOUT_MILLIS, margin, view == LocalView.NONE ? 0 : late);
        order = Distribution.shuffled(users, new Random(1));
        asked = Distribution.ZIPF.draw(users, 1 << 22, new Random(2));
    }

    /**
     * The load times something, for some time.
     *
     * @param perSecond how many beats, and how many rosters, were due a second
     * @param recorded how many writes the store acknowledged
     * @param errors calls that failed
     * @param wrong statuses that were wrong
     */
    record Stage(
            double perSecond, OpenLoop beats, OpenLoop rosters, long recorded, long errors, long wrong, Usage usage) {}

    Outcome run() {
        begin();
        returnsFrom = System.currentTimeMillis() + (warmup + seconds / 2) * 1_000L;
        Stage stage = stage(1, warmup, seconds);
        for (int user = 0; user < users; user += 1_000) {
            check(firstFrom(user));
        }
        report(stage);
        return new Outcome(stage.rosters.millis(99), errors.sum(), wrong.sum());
    }

    void begin() {
        var unused = tracker.addListener(this::hear);
        recordTheMinuteBefore();
    }

    Stage stage(double factor, int warmupSeconds, int measuredSeconds) {
        OpenLoop beats = new OpenLoop("beat", factor * perSecond, 1, this::beatNext);
        OpenLoop rosters = new OpenLoop("roster of 10", factor * perSecond, readers, this::readRoster);
        beats.start();
        rosters.start();
        LockSupport.parkNanos(warmupSeconds * 1_000_000_000L);
        beats.record();
        rosters.record();
        lags.reset();
        long recordedBefore = recorded();
        long errorsBefore = errors.sum();
        long wrongBefore = wrong.sum();
        Usage.Start start = Usage.Start.now(opened.server());
        LockSupport.parkNanos(measuredSeconds * 1_000_000_000L);
        Usage usage = start.end();
        long recorded = recorded() - recordedBefore;
        beats.end();
        rosters.end();
        return new Stage(
                factor * perSecond,
                beats,
                rosters,
                recorded,
                errors.sum() - errorsBefore,
                wrong.sum() - wrongBefore,
                usage);
    }

    /** In process each beat is recorded at once. */
    private long recorded() {
        long flushed = tracker.stats().count(Counter.WRITES_RECORDED);
        return flushed > 0 ? flushed : tracker.stats().count(Counter.BEATS);
    }

    @Override
    public void close() {
        tracker.close();
        opened.close();
    }

    int warmup() {
        return warmup;
    }

    private void hear(Transition transition) {
        heard.onTransition(transition);
        long lapse = expected.lapseMillis(TestIds.number(transition.user()));
        if (transition.presence() == Presence.OFFLINE && lapse != Long.MIN_VALUE) {
            long lag = System.currentTimeMillis() - lapse;
            if (lag >= -margin) { // else the user has beaten since
                lags.recordValue(Math.max(0, Math.min(LONGEST_LAG_MILLIS, lag)));
            }
        }
    }

    private void recordTheMinuteBefore() {
        List<Write> writes = new ArrayList<>();
        for (int place = 0; place < users; place++) {
            int user = order[place];
            long untilNext = (long) (place * 1_000.0 / perSecond);
            long age = isCrashed(user) ? user * TIMEOUT_MILLIS / users : INTERVAL_MILLIS - untilNext;
            expected.beat(user, System.currentTimeMillis() - age);
            writes.add(Write.beat(TestIds.user(user), Write.DEFAULT_SESSION, age));
            if (writes.size() == 1_000 || place == users - 1) {
                opened.store().record(new WriteBatch("before", System.currentTimeMillis(), writes));
                writes.clear();
            }
        }
    }

    private static boolean isCrashed(int user) {
        return user % 100 == 0;
    }

    private boolean beatNext(long number) {
        long now = System.currentTimeMillis();
        Away back = away.peek();
        if (back != null && back.until <= now) {
            away.remove();
            beat(back.user);
            return true;
        }
        int user = order[slot++ % users];
        if (isCrashed(user) && (user % 200 == 0 || now < returnsFrom)) {
            return false;
        }
        if (user % 100 == 1 && !expected.hasLeft(user)) {
            leave(user);
            away.add(new Away(user, now + AWAY_MILLIS));
        } else {
            beat(user);
        }
        return true;
    }

    private void beat(int user) {
        expected.writing(user);
        try {
            tracker.heartbeat(TestIds.user(user));
        } catch (RuntimeException e) {
            errors.increment();
        }
        expected.beat(user, System.currentTimeMillis());
    }

    private void leave(int user) {
        expected.writing(user);
        try {
            tracker.disconnect(TestIds.user(user));
        } catch (RuntimeException e) {
            errors.increment();
        }
        expected.left(user);
    }

    private boolean readRoster(long number) {
        int[] roster = new int[ROSTER];
        int place = (int) (number * DRAWN_FOR_A_ROSTER);
        for (int i = 0; i < ROSTER; place++) {
            int friend = asked[place & asked.length - 1];
            if (IntStream.range(0, i).noneMatch(earlier -> roster[earlier] == friend)) { // nobody is a friend twice
                roster[i++] = friend;
            }
        }
        check(roster);
        return true;
    }

    private int[] firstFrom(int user) {
        int[] some = new int[Math.min(1_000, users - user)];
        Arrays.setAll(some, i -> user + i);
        return some;
    }

    private void check(int[] asking) {
        long[] before = new long[asking.length];
        List<String> ids = new ArrayList<>(asking.length);
        for (int i = 0; i < asking.length; i++) {
            before[i] = expected.before(asking[i]);
            ids.add(TestIds.user(asking[i]));
        }
        try {
            long from = System.currentTimeMillis();
            List<UserStatus> answers = tracker.statuses(ids).statuses();
            long to = System.currentTimeMillis();
            for (int i = 0; i < asking.length; i++) {
                Verdict verdict = expected.judge(asking[i], before[i], from, to, answers.get(i));
                switch (verdict) {
                    case RIGHT -> right.increment();
                    case WRONG -> wrong.increment();
                    case AT_THE_LAPSE -> atTheLapse.increment();
                    case WHILE_WRITING -> whileWriting.increment();
                }
            }
        } catch (RuntimeException e) {
            errors.increment();
        }
    }

    private void report(Stage stage) {
        System.out.printf(
                "%n### The required load on %s: %,.0f beats and %,.0f rosters of 10 a second, %d s%n%n%s%n%s%n%s%n%n",
                this, perSecond, perSecond, seconds, OpenLoop.header(), stage.beats.row(), stage.rosters.row());
        System.out.printf(
                "Answers: %,d right, %,d wrong, %,d within the margin of a lapse, %,d during a write; %,d errors."
                        + " Transitions heard: %,d online, %,d offline. Online at the end: %,d, the listener says %,d.%n",
                right.sum(),
                wrong.sum(),
                atTheLapse.sum(),
                whileWriting.sum(),
                errors.sum(),
                tracker.stats().count(Counter.ONLINE_TRANSITIONS),
                tracker.stats().count(Counter.OFFLINE_TRANSITIONS),
                tracker.onlineCount(),
                heard.online());
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                "%,d users lapsed and were heard of: p50 %d, p99 %d, most %d ms after the lapse. Cores: %.2f of the client. Heap, with"
                        + " the model and the histograms of the scenario: %,d MB.%s%n",
                lags.getTotalCount(),
                lags.getValueAtPercentile(50),
                lags.getValueAtPercentile(99),
                lags.getMaxValue(),
                stage.usage.clientCores(),
                (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                opened.server() == ServerProbe.NONE
                        ? ""
                        : String.format(
                                " Server: %.2f cores, %,d MB %s.",
                                stage.usage.serverCores(),
                                opened.server().bytes() >> 20,
                                opened.server().where()));
    }

    @Override
    public String toString() {
        return String.format("%s, local view of %s, %,d users", opened.description(), view, users);
    }
}
