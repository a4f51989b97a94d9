package dev.presence.benchmarks;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Stands in for a browser: watches users over a stream of events or a socket, and notes when each message came. */
final class EventClient implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final Closeable connection;

    private record Message(String text, long nanos) {}

    EventClient(String kind, String port, Iterable<String> users) throws IOException, InterruptedException {
        connection = kind.equals("ws") ? socket(port, users) : stream(port, users);
    }

    private Closeable stream(String port, Iterable<String> users) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/status/stream?ids=" + String.join(",", users)))
                .header(HostProcess.CALLER, "watcher")
                .build();
        var body = HTTP.send(request, BodyHandlers.ofInputStream()).body();
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        Thread reader = new Thread(
                () -> {
                    try {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            hear(line);
                        }
                    } catch (IOException e) {
                        // closed
                    }
                },
                "events");
        reader.setDaemon(true);
        reader.start();
        return body;
    }

    private Closeable socket(String port, Iterable<String> users) {
        WebSocket socket = HTTP.newWebSocketBuilder()
                .header(HostProcess.CALLER, "watcher")
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/presence"), new WebSocket.Listener() {
                    private final StringBuilder partial = new StringBuilder();

                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        partial.append(data);
                        if (last) {
                            hear(partial.toString());
                            partial.setLength(0);
                        }
                        from.request(1);
                        return CompletableFuture.completedStage(null);
                    }
                })
                .join();
        socket.sendText("{\"type\":\"watch\",\"ids\":[\"" + String.join("\",\"", users) + "\"]}", true)
                .join();
        return socket::abort;
    }

    private void hear(String text) {
        messages.add(new Message(text, System.nanoTime()));
    }

    /** When a message with this in it came; those before it are passed over. */
    long await(String part) throws InterruptedException {
        for (; ; ) {
            Message message = messages.poll(30, TimeUnit.SECONDS);
            if (message == null) {
                throw new IllegalStateException("nothing came of " + part);
            }
            if (message.text().contains(part)) {
                return message.nanos();
            }
        }
    }

    /** Calls as a user does. */
    static void post(String port, String path, String user) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header(HostProcess.CALLER, user)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        int status = HTTP.send(request, BodyHandlers.discarding()).statusCode();
        if (status != 204) {
            throw new IOException(path + " is answered with " + status);
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
