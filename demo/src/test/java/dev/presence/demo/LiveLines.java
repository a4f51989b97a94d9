package dev.presence.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** What a page hears: the lines of a stream of events, as they come. */
final class LiveLines implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final InputStream body;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private LiveLines(InputStream body) {
        this.body = body;
    }

    static LiveLines of(String url) throws IOException, InterruptedException {
        InputStream body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofInputStream())
                .body();
        LiveLines live = new LiveLines(body);
        Thread reader = new Thread(live::read, "live");
        reader.setDaemon(true);
        reader.start();
        return live;
    }

    private void read() {
        try (Scanner in = new Scanner(body, StandardCharsets.UTF_8)) {
            while (in.hasNextLine()) { // until the other side ends, or the connection breaks
                lines.add(in.nextLine());
            }
        }
    }

    /** Waits for a line with all of these in it. */
    void await(String... parts) {
        Awaitility.await().atMost(LIMIT).until(() -> lines.stream().anyMatch(line -> hasAll(line, parts)));
    }

    private static boolean hasAll(String line, String... parts) {
        return List.of(parts).stream().allMatch(line::contains);
    }

    /** How many events of transitions came. */
    long transitions() {
        return lines.stream().filter(line -> line.equals("event: transition")).count();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
