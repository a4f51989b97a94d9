package dev.presence.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.presence.Presence;
import dev.presence.StatusBatch;
import dev.presence.Transition;
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
        return object(out -> writeMembers(batch, out));
    }

    static String transition(Transition transition) {
        return object(out -> writeMembers(transition, out));
    }

    /** What a long poll is answered with. */
    static String news(Outbox.News news, String next) {
        return object(out -> {
            if (news.snapshot().isPresent()) {
                out.writeObjectFieldStart("snapshot");
                writeMembers(news.snapshot().get(), out);
                out.writeEndObject();
            }
            out.writeArrayFieldStart("transitions");
            for (Transition transition : news.transitions()) {
                out.writeStartObject();
                writeMembers(transition, out);
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeStringField("next", next);
        });
    }

    static String socketSnapshot(StatusBatch batch) {
        return object(out -> {
            out.writeStringField("type", "snapshot");
            writeMembers(batch, out);
        });
    }

    static String socketTransition(Transition transition) {
        return object(out -> {
            out.writeStringField("type", "transition");
            writeMembers(transition, out);
        });
    }

    static String socketNext(long millis) {
        return object(out -> {
            out.writeStringField("type", "next");
            out.writeNumberField("millis", millis);
        });
    }

    static String socketError(String detail) {
        return object(out -> {
            out.writeStringField("type", "error");
            out.writeStringField("detail", detail);
        });
    }

    private static void writeMembers(StatusBatch batch, JsonGenerator out) throws IOException {
        out.writeStringField("now", MILLIS.format(batch.now()));
        out.writeArrayFieldStart("statuses");
        for (UserStatus status : batch.statuses()) {
            out.writeStartObject();
            writeMembers(status, out);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void writeMembers(Transition transition, JsonGenerator out) throws IOException {
        out.writeStringField("user", transition.user());
        out.writeStringField("status", name(transition.presence()));
        out.writeStringField("at", MILLIS.format(transition.at()));
        if (transition.sequence().isPresent()) {
            out.writeNumberField("sequence", transition.sequence().get().number());
        }
    }

    private static String name(Presence presence) {
        return presence == Presence.ONLINE ? "online" : "offline";
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
        out.writeStringField("status", name(status.presence()));
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
