package dev.presence.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a client says over a socket.
 *
 * @param type what it wants
 * @param ids of whom
 */
record SocketMessage(Type type, List<String> ids) {
    enum Type {
        HEARTBEAT,
        WATCH,
        UNWATCH,
        DISCONNECT;

        private static Optional<Type> of(String name) {
            return Arrays.stream(values())
                    .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(name))
                    .findFirst();
        }
    }

    private static final JsonFactory JSON = new JsonFactory();

    /** Empty if it is not understood, or has more ids than may be. Members that are unknown are passed over. */
    static Optional<SocketMessage> parse(String text, int maximumIds) {
        try (JsonParser in = JSON.createParser(text)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            Optional<Type> type = Optional.empty();
            List<String> ids = new ArrayList<>();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                if (name.equals("type") && value == JsonToken.VALUE_STRING) {
                    type = Type.of(in.getText());
                } else if (name.equals("ids") && value == JsonToken.START_ARRAY) {
                    while (in.nextToken() == JsonToken.VALUE_STRING) {
                        ids.add(in.getText());
                    }
                    if (in.currentToken() != JsonToken.END_ARRAY || ids.size() > maximumIds) {
                        return Optional.empty();
                    }
                } else {
                    in.skipChildren();
                }
            }
            boolean complete = in.currentToken() == JsonToken.END_OBJECT && in.nextToken() == null;
            return complete ? type.map(known -> new SocketMessage(known, List.copyOf(ids))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
