package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Presence;
import dev.presence.StatusBatch;
import dev.presence.UserStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void instantsAlwaysHaveThreeDigitsOfMilliseconds() {
        assertThat(Json.status(UserStatus.of("u1", Presence.ONLINE, 1_767_225_600_000L, 0)))
                .contains("\"2026-01-01T00:00:00.000Z\"");
        assertThat(Json.status(UserStatus.of("u1", Presence.ONLINE, 1_767_225_600_120L, 0)))
                .contains("\"2026-01-01T00:00:00.120Z\"");
        assertThat(Json.batch(new StatusBatch(1_767_225_659_999L, List.of())))
                .isEqualTo("{\"now\":\"2026-01-01T00:00:59.999Z\",\"statuses\":[]}");
    }

    @Test
    void unknownMembersAreLeftOut() {
        assertThat(Json.status(UserStatus.of("u1", Presence.ONLINE)))
                .isEqualTo("{\"user\":\"u1\",\"status\":\"online\"}");
        assertThat(Json.status(UserStatus.of("u1", Presence.OFFLINE)))
                .isEqualTo("{\"user\":\"u1\",\"status\":\"offline\"}");
    }

    @Test
    void staleStandsLastAndOnlyWhereItIsTrue() {
        assertThat(Json.status(UserStatus.of("u1", Presence.OFFLINE, 0, 7).asStale()))
                .isEqualTo(
                        "{\"user\":\"u1\",\"status\":\"offline\",\"lastSeen\":\"1970-01-01T00:00:00.000Z\",\"ageMillis\":7,"
                                + "\"stale\":true}");
    }

    @Test
    void idsAreEscaped() {
        assertThat(Json.status(UserStatus.of("\"\\\n\u0001\u2028\uD83D\uDE00", Presence.OFFLINE)))
                .startsWith("{\"user\":\"\\\"\\\\\\n\\u0001\u2028\uD83D\uDE00\",");
    }
}
