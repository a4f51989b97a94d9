package dev.presence.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Hands out ports of the loopback address. Thread-safe. */
final class Ports {
    /** Both ranges lie below 32768, from where on Linux takes the ports of outgoing connections. */
    private static final int FIRST = 10_000;

    private static final int COUNT = 10_000;

    /** Where the bus of a Redis Cluster node listens, counted from the port of its clients. */
    private static final int BUS_OFFSET = 10_000;

    private static final int ATTEMPTS = 1_000;

    /** A server that was killed may come back, so its port is free only to look at. */
    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** Returns a port that is free, and so is the one of its cluster bus. It is not handed out again until released. */
    static int take() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
            if (TAKEN.add(port)) {
                if (isFree(port) && isFree(port + BUS_OFFSET)) {
                    return port;
                }
                TAKEN.remove(port);
            }
        }
        throw new IllegalStateException("no free port found from " + FIRST + " on in " + ATTEMPTS + " attempts");
    }

    static void release(int port) {
        TAKEN.remove(port);
    }

    /** Always of IPv4, as that is where the servers listen. */
    static InetSocketAddress address(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    }

    private static boolean isFree(int port) {
        try {
            new ServerSocket(port, 1, address(port).getAddress()).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
