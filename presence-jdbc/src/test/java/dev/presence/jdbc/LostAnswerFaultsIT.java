package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.presence.FeedPosition;
import dev.presence.Presence;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.Write;
import dev.presence.servers.MariaDbServer;
import dev.presence.servers.PostgresServer;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that are reset when a statement was done and its answer was not yet there: sent again, it doubles nothing. */
class LostAnswerFaultsIT extends SqlFaults {
    private static final String SINGLE = "INSERT INTO answer_user"; // by PostgreSQL all of it
    private static final String TRANSACTION = "(?<!auto)commit(?!ted)"; // READ COMMITTED is what a pool sends meanwhile

    private static int prefixes;

    /** The databases, and at what. */
    static Stream<List<String>> answers() {
        String mariaDb = MariaDbServer.sharedUrl();
        String mysqlDriver = mariaDb.replace("jdbc:mariadb:", "jdbc:mysql:") + "&sslMode=DISABLED";
        String postgres = PostgresServer.sharedUrl();
        Stream<List<String>> singles =
                Stream.of(postgres, mariaDb, mysqlDriver).map(url -> List.of(url, SINGLE, "beat"));
        Stream<List<String>> transactions = Stream.of(postgres, mariaDb, mysqlDriver)
                .flatMap(url -> Stream.of("session", "end").map(kind -> List.of(url, TRANSACTION, kind)));
        Stream<List<String>> cameOnline =
                Stream.of(mariaDb, mysqlDriver).map(url -> List.of(url, TRANSACTION, "beat")); // after the single one
        return Stream.of(singles, transactions, cameOnline).flatMap(rows -> rows);
    }

    private static int port(String url) {
        return URI.create(url.substring("jdbc:".length())).getPort();
    }

    private static List<Write> writes(String kind) {
        return switch (kind) {
            case "beat" -> beats(USERS);
            case "session" ->
                USERS.stream().map(user -> Write.beat(user, "phone", 0)).toList();
            default -> USERS.stream().map(user -> Write.end(user, "", 0)).toList();
        };
    }

    @ParameterizedTest
    @MethodSource("answers")
    void writeWhoseAnswerWasLostIsSentAgain(List<String> answer) throws Exception {
        String url = answer.get(0);
        String prefix = "answer" + ++prefixes + "_";
        boolean isEnd = answer.get(2).equals("end");
        JdbcPresenceStore direct = store(pool(url), prefix);
        LoopbackProxy proxy = opened(new LoopbackProxy(port(url)));
        JdbcPresenceStore behind = store(pool(proxy.through(url)), prefix);
        if (isEnd) {
            StoreDetails.record(direct, beats(USERS));
        }
        FeedPosition start = direct.feed(FeedPosition.END, 1).next();
        behind.statuses(USERS);
        proxy.resetBeforeAnswerTo(answer.get(1).replace("answer_", prefix), 1);
        assertThat(failure("recording", () -> StoreDetails.record(behind, writes(answer.get(2)))))
                .isInstanceOf(PresenceStoreUnavailableException.class);
        assertThat(proxy.left()).isZero();
        Presence presence = isEnd ? Presence.OFFLINE : Presence.ONLINE;
        if (!answer.get(1).equals(SINGLE) || url.startsWith("jdbc:postgresql:")) {
            await().atMost(PATIENCE).untilAsserted(() -> assertFeed(direct, start, presence, USERS)); // it was done
        }
        StoreDetails.record(behind, writes(answer.get(2)));
        assertFeed(direct, start, presence, USERS);
        assertThat(direct.stats().onlineUsers()).isEqualTo(isEnd ? 0 : USERS.size());
    }

    @Test
    void clientsBeatOnWhileConnectionsAreReset() throws Exception {
        String url = PostgresServer.sharedUrl();
        LoopbackProxy proxy = opened(new LoopbackProxy(port(url)));
        JdbcPresenceStore store = store(pool(proxy.through(url)), "reset_");
        proxy.resetBeforeAnswerTo("reset_user", 10);
        beating(store);
        await().atMost(PATIENCE).until(() -> proxy.left() == 0);
        awaitRecorded(store);
        assertNobodyWent();
    }
}
