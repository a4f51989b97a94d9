package dev.presence.servers;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** One connection through a {@link TcpProxy}: in each direction one thread reads and another writes, so that a delay costs no speed. */
final class ProxyLink {
    private static final int CHUNK = 16_384;
    private static final int MOST_CHUNKS = 256; // under way in one direction; then the sender has to wait

    private final TcpProxy proxy;
    private final Socket client;
    private final Socket server = new Socket();

    /** Bytes on their way; none mean the end. */
    private record Chunk(ByteBuffer bytes, long dueNanos) {}

    ProxyLink(TcpProxy proxy, Socket client) {
        this.proxy = proxy;
        this.client = client;
    }

    void connect(int port) {
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(Ports.address(port));
            pass(client, server);
            pass(server, client);
        } catch (IOException e) {
            reset();
        }
    }

    /** The client sees a reset; the server may still read what it was sent. */
    void reset() {
        try {
            client.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        end();
    }

    private void end() {
        proxy.ended(this);
        TcpProxy.closeQuietly(client);
        TcpProxy.closeQuietly(server);
    }

    private void pass(Socket from, Socket to) {
        BlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(MOST_CHUNKS);
        TcpProxy.daemon(() -> read(from, underWay));
        TcpProxy.daemon(() -> write(underWay, to));
    }

    private void read(Socket from, BlockingQueue<Chunk> underWay) {
        byte[] buffer = new byte[CHUNK];
        try {
            int count = 0;
            while (count >= 0) {
                try {
                    count = from.getInputStream().read(buffer);
                } catch (IOException e) {
                    count = -1;
                }
                byte[] bytes = Arrays.copyOf(buffer, Math.max(0, count));
                underWay.put(new Chunk(ByteBuffer.wrap(bytes), System.nanoTime() + proxy.delayNanos()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(BlockingQueue<Chunk> underWay, Socket to) {
        try {
            while (true) {
                Chunk chunk = underWay.take();
                TimeUnit.NANOSECONDS.sleep(chunk.dueNanos() - System.nanoTime());
                proxy.awaitFlow();
                int count = chunk.bytes().limit();
                int admitted = to == server ? proxy.admit(count) : count;
                to.getOutputStream().write(chunk.bytes().array(), 0, admitted);
                if (admitted < count) {
                    reset();
                } else if (count == 0) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // One side is gone; so shall be the other.
        }
        end();
        underWay.clear(); // for the reader, who may wait for room
    }
}
