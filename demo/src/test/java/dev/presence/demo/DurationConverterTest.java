package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {
    private final DurationConverter converter = new DurationConverter();

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "30s, PT30S",
        "5m, PT5M",
        "2h, PT2H",
        "30d, PT720H",
        "0s, PT0S",
        "30S, PT30S",
        "PT1M30S, PT90S"
    })
    void shortAndIsoFormsAreUnderstood(String text, Duration expected) {
        assertThat(converter.convert(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "30",
                "s",
                "-5s",
                "1.5s",
                "3 s",
                "5w",
                "1m30s",
                "99999999999999999999s",
                "9223372036854775807d"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + text + "' is not a duration such as 500ms, 30s, 5m, 2h, 30d or PT1M30S");
    }

    @Test
    void aCenturyIsTheLongest() {
        assertThat(converter.convert("36500d")).isEqualTo(Duration.ofDays(36_500));
        assertThatThrownBy(() -> converter.convert("36501d"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'36501d' is more than 36500d");
    }

    @Test
    void theOptionIsNamedInTheError() {
        CommandRun run = CommandRun.of("replay", "trace.csv", "--timeout=soon");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--timeout").contains("'soon' is not a duration");
    }
}
