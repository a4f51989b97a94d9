package dev.presence.benchmarks;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Many clients of one kind that watch one user, and how soon all of them hear that the user turned. */
final class ClientsScenario {
    static final Map<String, Integer> DEFAULTS = Map.of("clients", 10_000, "rounds", 6, "idle", 25);

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final String kind;
    private final int clients;
    private final int rounds;
    private final int idleSeconds;

    /**
     * What was measured.
     *
     * @param unheard turns that clients did not hear of
     * @param lastMillis from the call that makes the user turn until the last of the clients heard of it, in the worst round
     * @param p50Millis the same for half of them, in the same round
     */
    record Outcome(long unheard, double p50Millis, double lastMillis, String memory) {}

    ClientsScenario(String kind, Arguments arguments) {
        this.kind = kind;
        clients = arguments.get("clients");
        rounds = arguments.get("rounds");
        idleSeconds = arguments.get("idle");
    }

    Outcome run() throws IOException, InterruptedException {
        try (NodeProcess host = NodeProcess.start(
                "1g", HostProcess.class, line -> System.out.println(line), SharedStore.OWN_MEMORY, "" + 3_600_000)) {
            String port = host.answer();
            host.say("memory");
            String before = host.answer();
            try (NodeProcess watching = NodeProcess.start(
                    "2g", IdleClients.class, line -> System.out.println(line), kind, port, "" + clients)) {
                long start = System.nanoTime();
                watching.answer();
                System.out.printf("%d clients in %.1f s%n", clients, (System.nanoTime() - start) / 1e9);
                pause(idleSeconds);
                long unheard = 0;
                double half = 0;
                double last = 0;
                for (int round = 0; round < rounds; round++) {
                    watching.say("turn");
                    String[] told = watching.answer().split(" ", -1);
                    System.out.println("heard, p50, p99, last (ms): " + String.join(" ", told));
                    unheard += clients - Long.parseLong(told[0]);
                    if (Double.parseDouble(told[3]) > last) {
                        half = Double.parseDouble(told[1]);
                        last = Double.parseDouble(told[3]);
                    }
                    pause(1);
                }
                host.say("memory");
                String memory = String.join(" and ", host.answer().split(" ", -1));
                return new Outcome(
                        unheard,
                        half,
                        last,
                        "heap and resident " + memory + " MB, before " + before.replace(" ", " and ") + " MB");
            }
        }
    }

    private static void pause(int seconds) {
        long end = System.nanoTime() + seconds * SECOND_NANOS;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
