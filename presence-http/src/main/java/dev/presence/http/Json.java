package dev.presence.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.presence.StatusBatch;
import dev.presence.UserStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;

/** The JSON of the surface, which clients depend on. Members that are unknown are left out. */
final class Json {
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private Json() {}

    private interface Content {
        void write(JsonGenerator out) throws IOException;
    }

    static String status(UserStatus status) {
        return object(out -> writeMembers(status, out));
    }

    static String batch(StatusBatch batch) {
        return object(out -> {
            out.writeStringField("now", MILLIS.format(batch.now()));
            out.writeArrayFieldStart("statuses");
            for (UserStatus status : batch.statuses()) {
                out.writeStartObject();
                writeMembers(status, out);
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    static String problem(String title, int status, String detail) {
        return object(out -> {
            out.writeStringField("title", title);
            out.writeNumberField("status", status);
            out.writeStringField("detail", detail);
        });
    }

    private static void writeMembers(UserStatus status, JsonGenerator out) throws IOException {
        out.writeStringField("user", status.user());
        out.writeStringField("status", status.isOnline() ? "online" : "offline");
        Optional<Instant> lastSeen = status.lastSeen();
        if (lastSeen.isPresent()) {
            out.writeStringField("lastSeen", MILLIS.format(lastSeen.get()));
        }
        Optional<Duration> age = status.age();
        if (age.isPresent()) {
            out.writeNumberField("ageMillis", age.get().toMillis());
        }
        if (status.isStale()) {
            out.writeBooleanField("stale", true);
        }
    }

    private static String object(Content content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            content.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
