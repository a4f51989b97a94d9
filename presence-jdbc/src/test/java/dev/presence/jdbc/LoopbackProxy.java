package dev.presence.jdbc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Stands between a database and its clients, as a name that moves and as a network that resets a connection at the worst moment: after
 * a statement was done, and before its answer. Thread-safe.
 */
final class LoopbackProxy implements AutoCloseable {
    private static final Pattern NEVER = Pattern.compile("(?!)");
    private static final int BUFFER = 65_536;
    private static final int LONGEST_MARK = 200;

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger left = new AtomicInteger();
    private volatile int target;
    private volatile Pattern mark = NEVER;
    private volatile boolean closed;

    LoopbackProxy(int target) throws IOException {
        this.target = target;
        daemon(this::accept);
    }

    /** The same address, by way of this proxy. */
    String through(String url) {
        return url.replace(":" + target, ":" + door.getLocalPort());
    }

    /** From now on connections lead to another server; those that there are get reset. */
    void target(int port) {
        target = port;
        links.forEach(Link::reset);
    }

    /** Resets so many connections, each when the answer comes to something sent on it in which that pattern is found, in any case. */
    void resetBeforeAnswerTo(String pattern, int times) {
        mark = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
        left.set(times);
    }

    /** How many of those resets are still to come. */
    int left() {
        return left.get();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        door.close();
        links.forEach(Link::reset);
    }

    private void accept() {
        while (!closed) {
            try {
                Link link = new Link(door.accept());
                links.add(link);
                link.connect();
            } catch (IOException e) {
                // The door was closed, or one side is gone again.
            }
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "loopback-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** One connection. */
    private final class Link {
        private final Socket client;
        private final Socket server = new Socket();
        private String sent = ""; // its end, as a mark may come in parts; guarded by this
        private boolean marked; // guarded by this

        Link(Socket client) {
            this.client = client;
        }

        void connect() throws IOException {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            try {
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            } catch (IOException e) {
                reset();
                throw e;
            }
            daemon(() -> pass(client, server));
            daemon(() -> pass(server, client));
        }

        private void pass(Socket from, Socket to) {
            byte[] buffer = new byte[BUFFER];
            try {
                for (int count; (count = from.getInputStream().read(buffer)) >= 0; ) {
                    if (from == client) {
                        note(new String(buffer, 0, count, ISO_8859_1));
                    } else if (isToBeReset()) {
                        break; // the answer is here: so it is done
                    }
                    to.getOutputStream().write(buffer, 0, count);
                }
            } catch (IOException e) {
                // One side is gone; so shall be the other.
            }
            reset();
        }

        private synchronized void note(String text) {
            String all = sent + text;
            marked |= mark.matcher(all).find();
            sent = all.substring(Math.max(0, all.length() - LONGEST_MARK));
        }

        private synchronized boolean isToBeReset() {
            boolean wasMarked = marked;
            marked = false;
            sent = "";
            return wasMarked && left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
        }

        void reset() {
            links.remove(this);
            try {
                client.setSoLinger(true, 0);
                client.close();
                server.close();
            } catch (IOException e) {
                // It is closed already.
            }
        }
    }
}
