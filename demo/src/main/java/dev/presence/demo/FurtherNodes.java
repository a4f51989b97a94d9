package dev.presence.demo;

import dev.presence.HeartbeatTracker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Hosts beside the first, in the same process: each with a connection to the store, a tracker and a server of its own, as if they
 * ran on machines of their own.
 */
final class FurtherNodes implements AutoCloseable {
    private final Deque<Node> nodes = new ArrayDeque<>(); // the newest first

    private record Node(OpenStore store, HeartbeatTracker tracker, DemoServer server) implements AutoCloseable {
        @Override
        public void close() {
            try (store;
                    tracker;
                    server) {
                // closed in the opposite order
            }
        }
    }

    /** How a server is started. */
    @FunctionalInterface
    interface Start {
        DemoServer run() throws IOException;
    }

    /** Starts one, which closes the store and the tracker; also if it cannot be started. */
    void start(OpenStore store, HeartbeatTracker tracker, Start server) throws IOException {
        try {
            nodes.push(new Node(store, tracker, server.run()));
        } catch (IOException | RuntimeException e) {
            try (store;
                    tracker) {
                throw e;
            }
        }
    }

    /** Where they are. */
    String welcome() {
        StringBuilder text = new StringBuilder();
        int number = 2;
        for (Iterator<Node> oldest = nodes.descendingIterator(); oldest.hasNext(); number++) {
            text.append("Node ").append(number).append(", on the same store: ");
            text.append(oldest.next().server().uri()).append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() {
        while (!nodes.isEmpty()) {
            nodes.pop().close();
        }
    }
}
