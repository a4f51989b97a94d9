package dev.presence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.DirectPresenceStore;
import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.HeartbeatTracker;
import dev.presence.ManualClock;
import dev.presence.PresenceStore;
import dev.presence.StoreReply;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Random short histories of four threads on two nodes of one store, each checked against the model. The nodes are trackers,
 * which sweep as the clock is driven; beats and ends go through them where the store takes them directly, else straight to
 * the store, since a buffered beat is not yet there for the other node.
 */
final class ConcurrentHistories implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int OPERATIONS = 30;

    private final ManualClock clock;
    private final ReadingsClock readings;
    private final List<PresenceStore> stores;
    private final List<HeartbeatTracker> trackers;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final CyclicBarrier start = new CyclicBarrier(THREADS);
    private final AtomicLong ticks = new AtomicLong();
    private final AtomicLong steppedBack = new AtomicLong();
    private int history;
    private FeedPosition position;

    ConcurrentHistories(ManualClock clock, ReadingsClock readings, PresenceStore first, PresenceStore second) {
        this.clock = clock;
        this.readings = readings;
        this.stores = List.of(first, second);
        this.trackers = List.of(HeartbeatTracker.create(first), HeartbeatTracker.create(second));
        this.position = first.feed(FeedPosition.END, 1).next();
    }

    /** Runs one history and checks it. */
    void run(long seed) throws InterruptedException {
        history++;
        readings.readings().clear();
        List<String> users = List.of("a" + history, "b" + history);
        Queue<Operation> operations = new ConcurrentLinkedQueue<>();
        List<Callable<Object>> scripts = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(seed * THREADS + thread);
            int node = thread % 2;
            scripts.add(() -> {
                start.await();
                for (int i = 0; i < OPERATIONS / THREADS; i++) {
                    step(random, node, users.get(random.nextInt(users.size())), operations);
                }
                return true;
            });
        }
        try {
            for (Future<Object> script : threads.invokeAll(scripts)) {
                script.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a call of the history with seed " + seed + " failed", e.getCause());
        }
        clock.step(Duration.ofMillis(steppedBack.getAndSet(0)));
        clock.advance(stores.get(0).settings().timeout().multipliedBy(2));
        List<FeedEntry> feed = feed();
        for (String user : users) {
            read(0, user, operations);
            check(
                    seed,
                    operations.stream()
                            .filter(operation -> operation.user().equals(user))
                            .toList(),
                    feed.stream().filter(entry -> entry.user().equals(user)).toList());
        }
    }

    private void step(Random random, int node, String user, Queue<Operation> operations) {
        String session = random.nextBoolean() ? Write.DEFAULT_SESSION : "s";
        int choice = random.nextInt(100);
        if (choice < 40) {
            write(node, Write.beat(user, session, 0), operations);
        } else if (choice < 55) {
            write(node, Write.end(user, session, 0), operations);
        } else if (choice < 60) {
            write(node, Write.endAll(user, 0), operations);
        } else if (choice < 63) {
            write(node, Write.forget(user), operations);
        } else if (choice < 85) {
            read(node, user, operations);
        } else if (choice < 97) {
            long timeout = stores.get(node).settings().timeout().toMillis();
            long[] passes = {1, 10, timeout / 2, timeout, timeout + 1, timeout + 300};
            clock.advance(Duration.ofMillis(passes[random.nextInt(passes.length)]));
        } else {
            steppedBack.addAndGet(3);
            clock.step(Duration.ofMillis(-3));
        }
    }

    private void write(int node, Write write, Queue<Operation> operations) {
        long from = now(node);
        long called = ticks.incrementAndGet();
        PresenceStore store = stores.get(node);
        HeartbeatTracker tracker = trackers.get(node);
        if (!(store instanceof DirectPresenceStore) || write.kind() == Write.Kind.FORGET) {
            StoreReply reply;
            do { // the clock may be driven on while the batch is on its way
                reply = store.record(new WriteBatch("node" + node, now(node), List.of(write)));
            } while (reply.verdict() == StoreReply.Verdict.LATE);
        } else if (write.kind() == Write.Kind.END_ALL) {
            tracker.disconnectAll(write.user());
        } else if (write.kind() == Write.Kind.END && write.session().isEmpty()) {
            tracker.disconnect(write.user());
        } else if (write.kind() == Write.Kind.END) {
            tracker.disconnect(write.user(), write.session());
        } else if (write.session().isEmpty()) {
            tracker.heartbeat(write.user());
        } else {
            tracker.heartbeat(write.user(), write.session());
        }
        long returned = ticks.incrementAndGet();
        operations.add(
                new Operation(write, null, new Operation.Span(called, returned), new Operation.Span(from, now(node))));
    }

    private void read(int node, String user, Queue<Operation> operations) {
        long from = now(node);
        long called = ticks.incrementAndGet();
        UserStatus status = stores.get(node).statuses(List.of(user)).statuses().get(0);
        long returned = ticks.incrementAndGet();
        operations.add(
                new Operation(null, status, new Operation.Span(called, returned), new Operation.Span(from, now(node))));
    }

    private long now(int node) {
        return stores.get(node).statuses(List.of()).nowMillis();
    }

    private List<FeedEntry> feed() {
        List<FeedEntry> entries = new ArrayList<>();
        for (FeedPage page = stores.get(0).feed(position, 100);
                ;
                page = stores.get(0).feed(position, 100)) {
            assertThat(page.continuity()).isEqualTo(FeedPage.Continuity.COMPLETE);
            entries.addAll(page.entries());
            position = page.next();
            if (page.entries().isEmpty()) {
                return entries;
            }
        }
    }

    private void check(long seed, List<Operation> operations, List<FeedEntry> feed) {
        UserModel.OnEqualStamps rule = stores.get(0) instanceof DirectPresenceStore
                ? UserModel.OnEqualStamps.CALL_ORDER
                : UserModel.OnEqualStamps.END_WINS;
        LinearizabilityCheck check =
                new LinearizabilityCheck(stores.get(0).settings(), operations, feed, readings.readings(), rule);
        if (!check.passes()) {
            StringBuilder story =
                    new StringBuilder("no order of these calls explains their answers and the feed; replay it with"
                            + " -Dpresence.seed=" + seed + "\n");
            operations.forEach(operation -> story.append(operation).append('\n'));
            feed.forEach(entry -> story.append(entry).append('\n'));
            throw new AssertionError(story.toString());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        trackers.forEach(HeartbeatTracker::close);
    }
}
