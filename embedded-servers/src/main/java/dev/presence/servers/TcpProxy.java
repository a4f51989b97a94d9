package dev.presence.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network between clients and one server that can be cut, stalled and slowed down: clients connect to the proxy, which connects
 * to the server on their behalf. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int BACKLOG = 50;
    private static final long NEVER = Long.MAX_VALUE;

    private final int target;
    private final ServerSocket door;
    private final Set<ProxyLink> links = ConcurrentHashMap.newKeySet();
    private volatile long delayNanos;
    private boolean cut; // guarded by this, as are the next three
    private boolean stalled;
    private boolean closed;
    private long bytesUntilReset = NEVER;

    private TcpProxy(int target, ServerSocket door) {
        this.target = target;
        this.door = door;
    }

    /**
     * Starts a proxy that passes everything on.
     *
     * @param server where to
     * @return the proxy
     */
    public static TcpProxy to(EmbeddedServer server) {
        try {
            ServerSocket door = new ServerSocket(0, BACKLOG, Ports.address(0).getAddress());
            TcpProxy proxy = new TcpProxy(server.port(), door);
            daemon(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where clients of a Redis connect.
     *
     * @return {@code redis://127.0.0.1:port}
     */
    public String uri() {
        return "redis://127.0.0.1:" + port();
    }

    /**
     * Where clients connect, in place of the server's own port.
     *
     * @return a port of the loopback address
     */
    public int port() {
        return door.getLocalPort();
    }

    /** Resets all connections, and new ones as soon as they are made. */
    public void cut() {
        synchronized (this) {
            cut = true;
        }
        links.forEach(ProxyLink::reset);
    }

    /** Passes nothing on any more, in either direction, while connections stay open and are accepted. */
    public synchronized void stall() {
        stalled = true;
    }

    /** Passes everything on again, at once: ends {@link #cut()}, {@link #stall()} and {@link #delay}. */
    public synchronized void heal() {
        cut = false;
        stalled = false;
        delayNanos = 0;
        notifyAll();
    }

    /**
     * Has every byte arrive later, in either direction. What is on its way already is not concerned.
     *
     * @param value by how much; a round trip takes twice that
     */
    public void delay(Duration value) {
        delayNanos = value.toNanos();
    }

    /**
     * Resets the one connection on which clients send some number of bytes from now on, all connections counted together. The
     * server still gets those bytes, whose answers are lost. New connections are not concerned.
     *
     * @param bytes how many
     */
    public synchronized void resetAfter(long bytes) {
        bytesUntilReset = bytes;
    }

    /** Resets all connections and accepts no more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            cut = true;
            stalled = false;
            notifyAll();
        }
        closeQuietly(door);
        links.forEach(ProxyLink::reset);
    }

    long delayNanos() {
        return delayNanos;
    }

    /** Returns once nothing is stalled. */
    synchronized void awaitFlow() throws InterruptedException {
        while (stalled) {
            wait();
        }
    }

    /** Counts what a client sent. Returns how much of it still gets through: less means that the connection is to be reset. */
    synchronized int admit(int bytes) {
        if (bytesUntilReset == NEVER) {
            return bytes;
        }
        if (bytesUntilReset >= bytes) {
            bytesUntilReset -= bytes;
            return bytes;
        }
        int last = (int) bytesUntilReset;
        bytesUntilReset = NEVER;
        return last;
    }

    void ended(ProxyLink link) {
        links.remove(link);
    }

    private synchronized boolean isCut() {
        return cut;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void accept() {
        while (!isClosed()) {
            try {
                connect(door.accept());
            } catch (IOException e) {
                // The door was closed, or the client is gone again.
            }
        }
    }

    private void connect(Socket client) {
        ProxyLink link = new ProxyLink(this, client);
        links.add(link);
        if (isCut()) { // asked after it was added: so either this or cut() ends it
            link.reset();
        } else {
            link.connect(target);
        }
    }

    static void daemon(Runnable task) {
        Thread thread = new Thread(task, "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    static void closeQuietly(AutoCloseable it) {
        try {
            it.close();
        } catch (Exception e) {
            // It is gone, which is what was wanted.
        }
    }
}
