package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.Presence;
import dev.presence.Transition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Two hosts in processes of their own have half of the users each. One is killed, and half of its users come to the other within
 * a heartbeat interval; a third node, in this process, only listens. Who came or stayed must be announced offline to nobody, and
 * each of the others once to each node that lives.
 */
final class NodeDeath {
    static final Map<String, Integer> DEFAULTS = Map.of("users", 10_000, "timeout", 30, "grace", 5, "sweep", 1_000);

    private static final Duration SLACK = Duration.ofSeconds(2);
    private static final Duration WATCHED_LONGER = Duration.ofSeconds(3);
    private static final long LIMIT_NANOS = Duration.ofMinutes(2).toNanos();

    private final Backend backend;
    private final int users;
    private final Duration timeout;
    private final Duration grace;
    private final Duration sweep;
    private final Queue<Heard> survivor = new ConcurrentLinkedQueue<>();
    private final Queue<Heard> bystander = new ConcurrentLinkedQueue<>();

    /** What a node heard, and when. */
    private record Heard(int user, Presence presence, boolean claimed, long nanos) {}

    /**
     * What was found.
     *
     * @param unannounced users of the dead node whose end some node did not hear of
     * @param repeated of whose end a node heard twice, or which was claimed by none or two of the living
     * @param wrong users who stayed or came back, and were announced offline
     * @param lastMillis from the death until the last of the others was announced
     * @param mostMillis how long that may take
     */
    record Outcome(long unannounced, long repeated, long wrong, double lastMillis, double mostMillis) {}

    NodeDeath(Backend backend, Arguments arguments) {
        this.backend = backend;
        users = arguments.get("users");
        timeout = Duration.ofSeconds(arguments.get("timeout"));
        grace = Duration.ofSeconds(arguments.get("grace"));
        sweep = Duration.ofMillis(arguments.get("sweep"));
    }

    Outcome run() throws IOException, InterruptedException {
        try (SharedServer server = SharedServer.start(backend);
                SharedStore opened = SharedStore.open(server.address(), BeatingNode.settings(timeout, grace));
                HeartbeatTracker listening = HeartbeatTracker.builder(opened.store())
                        .heartbeatInterval(timeout.dividedBy(3))
                        .sweepInterval(sweep)
                        .build()) {
            System.out.println(server.description());
            var unused = listening.addListener(heard ->
                    bystander.add(heard(heard.user(), heard.presence(), heard.origin() == Transition.Origin.HERE)));
            try (NodeProcess dying = node(server, line -> {});
                    NodeProcess living = node(server, this::survivorSays)) {
                dying.answer();
                living.answer();
                dying.say("take 0 " + users / 2);
                living.say("take " + users / 2 + " " + users);
                await("everybody is online", () -> online(bystander) == users && online(survivor) == users);
                pause(timeout.dividedBy(3)); // the second round of beats
                dying.kill();
                long death = System.nanoTime();
                living.say("take 0 " + users / 4);
                Duration most = timeout.plus(grace).plus(SLACK);
                await("everybody who is gone was announced", () -> hasHeard(survivor) && hasHeard(bystander));
                pause(WATCHED_LONGER);
                return judge(death, most);
            }
        }
    }

    private NodeProcess node(SharedServer server, Consumer<String> said) throws IOException {
        return NodeProcess.start(
                "256m",
                BeatingNode.class,
                said,
                server.address(),
                "" + timeout.toMillis(),
                "" + grace.toMillis(),
                "" + sweep.toMillis());
    }

    private void survivorSays(String line) {
        String[] words = line.split(" ", -1);
        survivor.add(heard(words[0], Presence.valueOf(words[1]), words[2].equals("HERE")));
    }

    private static Heard heard(String user, Presence presence, boolean claimed) {
        return new Heard(TestIds.number(user), presence, claimed, System.nanoTime());
    }

    private Outcome judge(long death, Duration most) {
        Map<Integer, Long> bySurvivor = offline(survivor);
        Map<Integer, Long> byBystander = offline(bystander);
        Map<Integer, Long> claims = claims(survivor, bystander);
        List<Integer> gone = IntStream.range(users / 4, users / 2).boxed().toList();
        long unannounced = gone.stream()
                .filter(user -> !bySurvivor.containsKey(user) || !byBystander.containsKey(user))
                .count();
        long repeated = gone.stream()
                .filter(user -> bySurvivor.getOrDefault(user, 1L) > 1
                        || byBystander.getOrDefault(user, 1L) > 1
                        || claims.getOrDefault(user, 0L) != 1)
                .count();
        long wrong = IntStream.range(0, users)
                .filter(user -> user < users / 4 || user >= users / 2)
                .filter(user -> bySurvivor.containsKey(user) || byBystander.containsKey(user))
                .count();
        double last = Stream.concat(survivor.stream(), bystander.stream())
                        .filter(heard -> heard.presence() == Presence.OFFLINE)
                        .mapToLong(heard -> heard.nanos() - death)
                        .max()
                        .orElse(0)
                / 1e6;
        return new Outcome(unannounced, repeated, wrong, last, most.toMillis());
    }

    /** How often the node heard of each user's going offline. */
    private static Map<Integer, Long> offline(Queue<Heard> node) {
        return node.stream()
                .filter(heard -> heard.presence() == Presence.OFFLINE)
                .collect(Collectors.groupingBy(Heard::user, Collectors.counting()));
    }

    /** How often nodes claimed it. */
    private static Map<Integer, Long> claims(Queue<Heard> one, Queue<Heard> other) {
        return Stream.concat(one.stream(), other.stream())
                .filter(heard -> heard.presence() == Presence.OFFLINE && heard.claimed())
                .collect(Collectors.groupingBy(Heard::user, Collectors.counting()));
    }

    private boolean hasHeard(Queue<Heard> node) {
        return offline(node).size() >= users / 4;
    }

    private static long online(Queue<Heard> node) {
        return node.stream()
                .filter(heard -> heard.presence() == Presence.ONLINE)
                .map(Heard::user)
                .distinct()
                .count();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited in vain until " + what);
            }
            LockSupport.parkNanos(50_000_000L);
        }
    }

    private static void pause(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
