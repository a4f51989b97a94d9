package dev.presence.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The client for browsers. A browser asks each time whether it has changed, and then with the server it talks to. */
enum ClientFile {
    SCRIPT("/presence.js", "text/javascript;charset=utf-8"),
    TYPES("/presence.d.ts", "text/plain;charset=utf-8");

    private static final String ALLOW = "GET, HEAD, OPTIONS";

    private final String path;
    private final String contentType;
    private final String content;
    private final String tag;

    ClientFile(String path, String contentType) {
        this.path = path;
        this.contentType = contentType;
        content = content(path.substring(1));
        tag = tag(content);
    }

    static Optional<ClientFile> at(String path) {
        return Arrays.stream(values()).filter(file -> file.path.equals(path)).findFirst();
    }

    Answer answer(HttpServletRequest request) {
        return switch (request.getMethod()) {
            case "GET", "HEAD" -> isKnown(request.getHeader("If-None-Match")) ? unchanged() : whole();
            case "OPTIONS" -> Answer.noContent(Map.of("Allow", ALLOW));
            default -> throw Problem.methodNotAllowed(ALLOW);
        };
    }

    private boolean isKnown(@Nullable String tags) {
        return tags != null && tags.contains(tag); // with what a proxy that compresses puts before or after it
    }

    private Answer whole() {
        return new Answer(200, headers(), contentType, content);
    }

    private Answer unchanged() {
        return new Answer(304, headers(), "", "");
    }

    private Map<String, String> headers() {
        return Map.of("Cache-Control", "no-cache", "ETag", '"' + tag + '"', "X-Content-Type-Options", "nosniff");
    }

    private static String content(String name) {
        try (InputStream in = ClientFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not where it was packed");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tag(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 12));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
