package dev.presence.http;

import dev.presence.ManualClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A connection that is answered over time, read by a thread of its own unless it is to be slow. */
final class OpenStream implements AutoCloseable {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final String END = "-end-";

    private final Socket socket = new Socket();
    private final ManualClock clock;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    OpenStream(Host host, ManualClock clock, String target, String... headers) {
        this.clock = clock;
        try {
            socket.setReceiveBufferSize(4_096);
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), host.port()), 10_000);
            String request = "GET " + target + " HTTP/1.1\r\nHost: " + host.authority() + "\r\n"
                    + String.join("", headers) + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(target + " failed", e);
        }
    }

    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    OpenStream read() {
        Thread reader = new Thread(() -> {
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    lines.add(line);
                }
            } catch (IOException e) {
                // closed by either side
            } finally {
                lines.add(END);
            }
        });
        reader.setDaemon(true);
        reader.start();
        return this;
    }

    /** The next line that begins so, with what is due on the way done. */
    String next(String beginning) {
        return next(beginning, clock::runDue);
    }

    /** The next line that begins so, with something done again and again until it comes. */
    String next(String beginning, Runnable meanwhile) {
        List<String> passed = new ArrayList<>();
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < deadline) {
            meanwhile.run();
            String line = poll();
            if (line != null && line.startsWith(beginning)) {
                return line;
            }
            if (line != null) {
                passed.add(line);
            }
        }
        throw new AssertionError("no line begins with " + beginning + ": " + passed);
    }

    private String poll() {
        try {
            String line = lines.poll(5, TimeUnit.MILLISECONDS);
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Waits until the other side has ended it. */
    void awaitEnd() {
        next(END);
    }

    String nextData() {
        return next("data: ").substring("data: ".length());
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
