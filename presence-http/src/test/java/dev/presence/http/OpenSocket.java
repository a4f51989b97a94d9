package dev.presence.http;

import dev.presence.ManualClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client's end of a socket: what came, message by message, and last why it was closed. */
final class OpenSocket implements AutoCloseable, WebSocket.Listener {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final ManualClock clock;
    private final StringBuilder partial = new StringBuilder();
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    OpenSocket(Host host, ManualClock clock, String target, String... headers) {
        this.clock = clock;
        WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        socket = builder.buildAsync(URI.create("ws://" + host.authority() + target), this)
                .join();
    }

    void say(String message) {
        socket.sendText(message, true).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            messages.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedStage(null);
    }

    /** It is answered by the library. */
    @Override
    public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        messages.add("ping");
        from.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        messages.add("closed " + code + " " + reason);
        return CompletableFuture.completedStage(null);
    }

    /** The next message that has this in it, with what is due on the way done. */
    String next(String part) {
        List<String> passed = new ArrayList<>();
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < deadline) {
            clock.runDue();
            String message = poll();
            if (message != null && message.contains(part)) {
                return message;
            }
            if (message != null) {
                passed.add(message);
            }
        }
        throw new AssertionError("no message has " + part + ": " + passed);
    }

    private String poll() {
        try {
            String message = messages.poll(5, TimeUnit.MILLISECONDS);
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
