package dev.presence.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** What a reader does with curl. */
final class Calls {
    private final HttpClient client = HttpClient.newHttpClient();
    private final String server;

    Calls(String server) {
        this.server = server;
    }

    String get(String path) {
        return send(path, "GET");
    }

    String post(String path) {
        return send(path, "POST");
    }

    private String send(String path, String method) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + path))
                .method(method, BodyPublishers.noBody())
                .build();
        try {
            return client.send(request, BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
