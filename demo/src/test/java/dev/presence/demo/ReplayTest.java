package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.PresenceClock;
import dev.presence.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {
    private static final Path SHIPPED = Path.of("traces", "web-activity.csv");

    @TempDir
    Path directory;

    @Test
    void theShippedTraceEndsInTheKnownFigures() {
        CommandRun run = replay(SHIPPED, "--timeout=300s");

        assertThat(run.lastLine()).isEqualTo("beats=10000 users=1753 online=3052 offline=3052 peak=59");
        assertThat(run.status()).isZero();
        assertThat(run.err()).doesNotContain("skipped");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "PT59.999S", "PT300S", "PT1H", "PT48H", "PT2400H"})
    void theShippedTraceAgreesWithAnIndependentComputation(String timeout) throws IOException {
        assertThat(replay(SHIPPED, "--timeout=" + timeout).lastLine())
                .isEqualTo(computed(Files.readAllLines(SHIPPED), Duration.parse(timeout)));
    }

    @Test
    void randomTracesAgreeWithAnIndependentComputation() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<String> lines = randomTrace(random);
            Duration timeout = Duration.ofMillis(500L * (2 + random.nextInt(40)) - random.nextInt(2));

            assertThat(replayed(lines, timeout).toString())
                    .as("seed %s, timeout %s", seed, timeout)
                    .isEqualTo(computed(lines, timeout));
        }
    }

    static List<String> randomTrace(Random random) {
        List<String> lines = new ArrayList<>();
        lines.add("epoch_second,user");
        long second = random.nextInt(1_000);
        int users = 1 + random.nextInt(20);
        for (int beat = 0; beat < 300; beat++) {
            second += random.nextInt(4);
            lines.add(second + ",u" + random.nextInt(users));
        }
        return lines;
    }

    @Test
    void aGapOfExactlyTheTimeoutIsOneStay() throws IOException {
        assertThat(replay(trace("100,u1", "400,u1"), "--timeout=300s").lastLine())
                .isEqualTo("beats=2 users=1 online=1 offline=1 peak=1");
        assertThat(replay(trace("100,u1", "400,u1"), "--timeout=299999ms").lastLine())
                .isEqualTo("beats=2 users=1 online=2 offline=2 peak=1");
    }

    @Test
    void manyUsersInOneSecondAreAllCounted() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int user = 0; user < 50_000; user++) {
            lines.add("100,u" + user);
        }

        assertThat(replay(trace(lines)).lastLine())
                .isEqualTo("beats=50000 users=50000 online=50000 offline=50000 peak=50000");
    }

    @Test
    void malformedLinesAreReportedWithTheirNumberAndCounted() throws IOException {
        CommandRun run = replay(trace("epoch_second,user", "100,u1", "garbage", "100,", "99,u2", "101,u3"));

        assertThat(run.lastLine()).isEqualTo("beats=2 users=2 online=2 offline=2 peak=2");
        assertThat(run.status()).isZero();
        assertThat(run.err().lines())
                .startsWith(
                        "line 3 skipped: not of the form epoch_second,user",
                        "line 4 skipped: a user id must not be blank (R11)",
                        "line 5 skipped: its time is before that of the line before it",
                        "skipped=3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "epoch_second,user\n", "garbage\n"})
    void aTraceWithoutBeatsIsReplayed(String content) throws IOException {
        Path trace = Files.writeString(directory.resolve("empty.csv"), content);

        CommandRun run = replay(trace);

        assertThat(run.lastLine()).isEqualTo("beats=0 users=0 online=0 offline=0 peak=0");
        assertThat(run.status()).isZero();
    }

    @Test
    void aMissingFileIsOneLineAndStatusTwo() {
        CommandRun run = replay(directory.resolve("missing.csv"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .containsExactly("demo: there is no file to read at " + directory.resolve("missing.csv"));
    }

    @Test
    void aDirectoryIsNoFile() {
        assertThat(replay(directory).status()).isEqualTo(2);
    }

    @Test
    void theChartIsWrittenWhereItWasAskedFor() throws IOException {
        CommandRun run = replay(SHIPPED);

        assertThat(run.err()).contains("chart: " + svg().toAbsolutePath());
        assertThat(Files.readString(svg())).startsWith("<?xml").contains("<svg").endsWith("</svg>\n");
    }

    @Test
    void aChartThatCannotBeWrittenDoesNotTakeTheFiguresAlong() throws IOException {
        CommandRun run = CommandRun.of(
                "replay",
                trace("100,u1").toString(),
                "--svg=" + directory.resolve("missing").resolve("x.svg"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lastLine()).isEqualTo("beats=1 users=1 online=1 offline=1 peak=1");
        assertThat(run.err()).startsWith("demo: the chart could not be written to ");
    }

    @Test
    void aTimeoutThatMakesNoSenseIsAClearError() throws IOException {
        CommandRun run = replay(trace("100,u1"), "--timeout=0s");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("demo: timeout must be at least 1 ms, not PT0S");
    }

    private static ReplaySummary replayed(List<String> lines, Duration timeout) {
        return replayed(lines, timeout, (settings, clock) -> StoreKind.INMEMORY.open(settings, clock, null));
    }

    /** Without the command, which draws a chart each time. */
    static ReplaySummary replayed(
            List<String> lines, Duration timeout, BiFunction<StoreSettings, PresenceClock, OpenStore> opening) {
        try (TraceReplay replay = new TraceReplay(opening, timeout, Instant.EPOCH)) {
            for (String line : lines.subList(1, lines.size())) {
                String[] beat = line.split(",", 2);
                replay.beat(new Beat(Instant.ofEpochSecond(Long.parseLong(beat[0])), beat[1]));
            }
            return replay.finish();
        }
    }

    private CommandRun replay(Path trace, String... options) {
        List<String> args = new ArrayList<>(List.of("replay", trace.toString(), "--svg=" + svg()));
        args.addAll(List.of(options));
        return CommandRun.of(args.toArray(String[]::new));
    }

    private Path svg() {
        return directory.resolve("chart.svg");
    }

    private Path trace(String... lines) throws IOException {
        return trace(List.of(lines));
    }

    private Path trace(List<String> lines) throws IOException {
        return Files.write(directory.resolve("trace.csv"), lines);
    }

    /** By intervals instead of a clock: each stay of a user adds one at its first beat and takes it back when it is over. */
    static String computed(List<String> lines, Duration timeout) {
        Map<String, List<Long>> beats = new HashMap<>();
        lines.stream()
                .skip(1)
                .map(line -> line.split(",", 2))
                .forEach(line -> beats.computeIfAbsent(line[1], user -> new ArrayList<>())
                        .add(Instant.ofEpochSecond(Long.parseLong(line[0])).toEpochMilli()));
        TreeMap<Long, Integer> changes = new TreeMap<>(); // at the same instant who leaves and who comes cancel out
        int stays = 0;
        for (List<Long> times : beats.values()) {
            for (int i = 0; i < times.size(); i++) {
                boolean begins = i == 0 || times.get(i) - times.get(i - 1) > timeout.toMillis();
                boolean ends = i == times.size() - 1 || times.get(i + 1) - times.get(i) > timeout.toMillis();
                if (begins) {
                    stays++;
                    changes.merge(times.get(i), 1, Integer::sum);
                }
                if (ends) {
                    changes.merge(times.get(i) + timeout.toMillis() + 1, -1, Integer::sum);
                }
            }
        }
        int online = 0;
        int peak = 0;
        for (int change : changes.values()) {
            online += change;
            peak = Math.max(peak, online);
        }
        return "beats=" + (lines.size() - 1) + " users=" + beats.size() + " online=" + stays + " offline=" + stays
                + " peak=" + peak;
    }
}
