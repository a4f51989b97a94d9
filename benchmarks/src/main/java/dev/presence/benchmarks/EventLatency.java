package dev.presence.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * From a call of a user's to the event at a client that watches: over two hosts that share a server, or, in process, over one host.
 * One user at a time comes by {@code POST /heartbeat}, and leaves by {@code POST /disconnect}.
 */
final class EventLatency {
    static final Map<String, Integer> DEFAULTS = Map.of("rounds", 300);

    private static final int ROSTER = 10;
    private static final int MOST_PAUSE_NANOS = 100_000_000;

    private final Backend backend;
    private final String kind;
    private final int rounds;

    /** What was measured, in milliseconds. */
    record Outcome(double comeP50, double comeP99, double goP50, double goP99) {}

    EventLatency(Backend backend, String kind, Arguments arguments) {
        this.backend = backend;
        this.kind = kind;
        rounds = arguments.get("rounds");
    }

    Outcome run() throws Exception {
        if (backend == Backend.INMEMORY) {
            try (NodeProcess host = host(SharedStore.OWN_MEMORY)) {
                String port = host.answer();
                return measure(port, port);
            }
        }
        try (SharedServer server = SharedServer.start(backend);
                NodeProcess first = host(server.address());
                NodeProcess second = host(server.address())) {
            System.out.println(server.description());
            return measure(first.answer(), second.answer());
        }
    }

    private static NodeProcess host(String address) throws Exception {
        return NodeProcess.start("512m", HostProcess.class, line -> System.out.println(line), address, "" + 30_000);
    }

    private Outcome measure(String called, String watched) throws Exception {
        List<String> users = IntStream.range(0, ROSTER).mapToObj(TestIds::user).toList();
        Histogram come = new Histogram(3);
        Histogram go = new Histogram(3);
        try (EventClient client = new EventClient(kind, watched, users)) {
            client.await("\"statuses\":[");
            for (int round = -rounds / 10; round < rounds; round++) { // the first are to warm up
                String user = users.get(Math.floorMod(round, ROSTER));
                long came = turn(client, called, "/heartbeat", user);
                long went = turn(client, called, "/disconnect", user);
                if (round >= 0) {
                    come.recordValue(came);
                    go.recordValue(went);
                }
            }
        }
        return new Outcome(
                come.getValueAtPercentile(50) / 1e3,
                come.getValueAtPercentile(99) / 1e3,
                go.getValueAtPercentile(50) / 1e3,
                go.getValueAtPercentile(99) / 1e3);
    }

    /** Microseconds from before the call until the event. */
    private static long turn(EventClient client, String port, String path, String user) throws Exception {
        // at any moment of an interval of flushing
        LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(MOST_PAUSE_NANOS));
        String presence = path.equals("/heartbeat") ? "online" : "offline";
        long start = System.nanoTime();
        EventClient.post(port, path, user);
        long heard = client.await("\"user\":\"" + user + "\",\"status\":\"" + presence + "\",\"at\"");
        return (heard - start) / 1_000;
    }
}
