package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceReaderTest {
    private final List<String> reports = new ArrayList<>();

    @Test
    void linesAreBeats() {
        assertThat(read("100,u1\n160,u2\n")).containsExactly(beat(100, "u1"), beat(160, "u2"));
        assertThat(reports).isEmpty();
    }

    @Test
    void aHeaderIsAllowedInTheFirstLineOnly() {
        assertThat(read("epoch_second,user\n100,u1\nepoch_second,user\n")).containsExactly(beat(100, "u1"));
        assertThat(reports).containsExactly("line 3 skipped: its time is not an epoch second");
    }

    @Test
    void theLastLineNeedsNoEnd() {
        assertThat(read("100,u1\n160,u2")).containsExactly(beat(100, "u1"), beat(160, "u2"));
    }

    @Test
    void linesOfWindowsAreUnderstood() {
        assertThat(read("epoch_second,user\r\n100,u1\r\n")).containsExactly(beat(100, "u1"));
        assertThat(reports).isEmpty();
    }

    @Test
    void anIdIsAllThatFollowsTheFirstComma() {
        assertThat(read("100, a,b:\t😀 \n")).containsExactly(beat(100, " a,b:\t😀 "));
    }

    @Test
    void theLongestIdFits() {
        String longest = "😀".repeat(64);

        assertThat(read("253402300799," + longest + "\r\n")).containsExactly(beat(253402300799L, longest));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "garbage | not of the form epoch_second,user",
                "'' | not of the form epoch_second,user",
                "170 | not of the form epoch_second,user",
                "x,u2 | its time is not an epoch second",
                ",u2 | its time is not an epoch second",
                "-1,u2 | its time is not an epoch second",
                "170.5,u2 | its time is not an epoch second",
                "1431857100000,u2 | its time is not an epoch second",
                "99999999999999999999,u2 | its time is not an epoch second",
                "170, | a user id must not be blank (R11)",
                "'170,  ' | a user id must not be blank (R11)",
                "159,u2 | its time is before that of the line before it",
                "31622561,u2 | its time is over a year after that of the line before it"
            })
    void aMalformedLineIsReportedAndSkipped(String line, String why) {
        assertThat(read("160,u1\n" + line + "\n160,u3\n")).containsExactly(beat(160, "u1"), beat(160, "u3"));
        assertThat(reports).containsExactly("line 2 skipped: " + why);
    }

    @Test
    void aLineThatIsNotUtf8IsMalformed() {
        assertThat(read("100,a\n100,\u00ff\n100,b\n".getBytes(StandardCharsets.ISO_8859_1)))
                .containsExactly(beat(100, "a"), beat(100, "b"));
        assertThat(reports).containsExactly("line 2 skipped: not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(ints = {257, 100_000})
    void aLineThatIsTooLongIsMalformed(int length) {
        assertThat(read("100,a\n100," + "x".repeat(length) + "\n100,b\n"))
                .containsExactly(beat(100, "a"), beat(100, "b"));
        assertThat(reports).singleElement().asString().startsWith("line 2 skipped: ");
    }

    @Test
    void anEmptyFileHasNoBeats() {
        assertThat(read("")).isEmpty();
        assertThat(reports).isEmpty();
    }

    @Test
    void progressAndSkippedLinesAreCounted() throws IOException {
        byte[] trace = "100,a\nb\nc\n".getBytes(StandardCharsets.UTF_8);
        TraceReader reader = new TraceReader(new ByteArrayInputStream(trace), reports::add);

        reader.next();
        assertThat(reader.bytes()).isEqualTo(6);
        assertThat(reader.next()).isNull();
        assertThat(reader.bytes()).isEqualTo(trace.length);
        assertThat(reader.skipped()).isEqualTo(2);
    }

    private List<Beat> read(String trace) {
        return read(trace.getBytes(StandardCharsets.UTF_8));
    }

    private List<Beat> read(byte[] trace) {
        try (TraceReader reader = new TraceReader(new ByteArrayInputStream(trace), reports::add)) {
            List<Beat> beats = new ArrayList<>();
            for (Beat beat = reader.next(); beat != null; beat = reader.next()) {
                beats.add(beat);
            }
            return beats;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Beat beat(long second, String user) {
        return new Beat(Instant.ofEpochSecond(second), user);
    }
}
