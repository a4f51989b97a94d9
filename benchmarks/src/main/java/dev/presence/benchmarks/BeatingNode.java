package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.StoreSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A host whose users beat, and which prints what it hears of everybody: {@code user presence origin}. A line
 * {@code take FROM TO} brings it further users, from that moment on.
 */
final class BeatingNode {
    private final HeartbeatTracker tracker;
    private final long intervalNanos;

    private BeatingNode(HeartbeatTracker tracker, Duration interval) {
        this.tracker = tracker;
        intervalNanos = interval.toNanos();
    }

    /** Arguments: address of the store, time-out, grace and sweep interval in milliseconds. */
    public static void main(String[] args) throws IOException {
        Duration timeout = Duration.ofMillis(Long.parseLong(args[1]));
        Duration grace = Duration.ofMillis(Long.parseLong(args[2]));
        Duration interval = timeout.dividedBy(3);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (SharedStore opened = SharedStore.open(args[0], settings(timeout, grace));
                HeartbeatTracker tracker = HeartbeatTracker.builder(opened.store())
                        .heartbeatInterval(interval)
                        .sweepInterval(Duration.ofMillis(Long.parseLong(args[3])))
                        .build();
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            var unused = tracker.addListener(
                    heard -> out.println(heard.user() + " " + heard.presence() + " " + heard.origin()));
            BeatingNode node = new BeatingNode(tracker, interval);
            NodeProcess.answer("ready");
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                String[] words = line.split(" ", -1);
                node.take(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            }
        }
    }

    static StoreSettings settings(Duration timeout, Duration grace) {
        return StoreSettings.defaults().withTimeout(timeout).withGrace(grace);
    }

    /** These users beat once an interval from now on, each at a moment of its own. */
    private void take(int from, int to) {
        Thread beating = new Thread(
                () -> {
                    long due = System.nanoTime();
                    for (int user = from; ; user = user + 1 == to ? from : user + 1) {
                        tracker.heartbeat(TestIds.user(user));
                        due += intervalNanos / (to - from);
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                },
                "beats");
        beating.setDaemon(true);
        beating.start();
    }
}
