package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTest {
    private static final String TRACE = "traces/web-activity.csv";

    @Test
    void helpNamesTheCommands() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("serve", "replay");
    }

    @Test
    void theHelpOfServeSaysWhatIsForADemoOnly() {
        CommandRun run = CommandRun.of("serve", "--help");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("DEMO ONLY: any caller can be any user, by ?as=u1");
    }

    @Test
    void replayHasHelp() {
        CommandRun run = CommandRun.of("replay", "--help");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("epoch_second,user", "--timeout", "--store", "--redis", "--jdbc", "--svg");
    }

    @ParameterizedTest
    @CsvSource({"serve, 30s", "replay, 300s"})
    void eachCommandHasATimeoutOfItsOwn(String command, String timeout) {
        CommandRun run = CommandRun.of(command, "--help");

        assertThat(run.out().replaceAll("\\s+", " "))
                .contains(
                        "a user is still online; default: " + timeout + " ",
                        "one of: inmemory, redis, h2, postgres, mariadb; default: inmemory ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "replay"})
    void anUnknownStoreIsToldWhichThereAre(String command) {
        CommandRun run = CommandRun.of(command, "--store=mongodb");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("there is no store 'mongodb', only [inmemory, redis, h2, postgres, mariadb]");
    }

    @Test
    void optionsWithoutACommandAreThoseOfServe() {
        CommandRun run = CommandRun.of("--retention=soon");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--retention", "See demo serve --help");
    }

    @Test
    void aMistypedCommandIsNotTakenForServe() {
        CommandRun run = CommandRun.of("repaly", "trace.csv");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("'repaly'", "demo replay");
    }

    @Test
    void aTakenPortIsOneLineAndStatusOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandRun run = CommandRun.of("serve", "--port=" + taken.getLocalPort());

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err().lines())
                    .containsExactly("demo: cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": Address already in use; --port=0 takes any port that is free");
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void anUnknownHostIsOneLineAndStatusOne() {
        CommandRun run = CommandRun.of("serve", "--port=0", "--host=host.invalid");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines()).containsExactly("demo: cannot listen on host.invalid:0: unknown host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve --port=0", "replay " + TRACE})
    void aRedisThatIsNotThereIsOneLineAndStatusTwo(String command) throws IOException {
        CommandRun run = CommandRun.of(
                (command + " --store=redis --redis=redis://ada:sesame@127.0.0.1:" + closedPort()).split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("demo: Redis cannot be reached: ")
                        .contains("127.0.0.1", "Connection refused")
                        .doesNotContain("sesame"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "redis:", "redis://", "http://localhost", "redis://a b"})
    void aUriThatIsNotOfRedisIsAClearError(String uri) {
        CommandRun run = CommandRun.of("serve", "--port=0", "--store=redis", "--redis=" + uri);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("demo: --redis: this is no URI of Redis");
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve --port=0", "replay " + TRACE, "serve --port=0 --store=inmemory"})
    void aUriWithoutTheStoreIsToldWhereItBelongs(String command) {
        CommandRun run = CommandRun.of((command + " --redis=redis://localhost").split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("demo: --redis goes with --store=redis, not with --store=inmemory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve --port=0", "replay " + TRACE})
    void aDatabaseThatIsNotThereIsOneLineAndStatusTwo(String command) throws IOException {
        CommandRun run = CommandRun.of((command + " --store=postgres --jdbc=jdbc:postgresql://127.0.0.1:" + closedPort()
                        + "/app?user=ada&password=sesame")
                .split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("demo: the database cannot be reached: ")
                        .contains("127.0.0.1", "refused")
                        .doesNotContain("sesame"));
    }

    @ParameterizedTest
    @CsvSource({
        "--store=postgres --jdbc=jdbc:mariadb://localhost/app, --jdbc: a URL for this store begins with jdbc:postgresql:",
        "--store=h2 --jdbc=localhost, --jdbc: a URL for this store begins with jdbc:h2:",
        "--store=mariadb, --store=mariadb needs --jdbc=URL",
        "--store=redis --jdbc=jdbc:h2:mem:x, '--jdbc goes with --store=h2, postgres or mariadb, not with --store=redis'",
        "--jdbc=jdbc:h2:mem:x, '--jdbc goes with --store=h2, postgres or mariadb, not with --store=inmemory'",
        "--store=h2 --redis=redis://localhost, '--redis goes with --store=redis, not with --store=h2'"
    })
    void aUrlThatDoesNotFitTheStoreIsAClearError(String options, String expected) {
        CommandRun run = CommandRun.of(("serve --port=0 " + options).split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("demo: " + expected);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return closed.getLocalPort();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--port=0 --timeout=5s --heartbeat-interval=4s, timeout PT5S is less than twice the heartbeatInterval PT4S",
        "--port=0 --retention=10s, retention PT10S is below the timeout PT30S",
        "--port=0 --timeout=0s, timeout must be at least 1 ms",
        "--simulated=401, '--simulated must be 0 to 400, not 401'",
        "--port=65536, port out of range:65536"
    })
    void settingsThatMakeNoSenseAreClearErrors(String options, String expected) {
        CommandRun run = CommandRun.of(("serve " + options).split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("demo: ").contains(expected);
    }
}
