package dev.presence.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KneeTest {
    private static Knee.Held held(
            double recorded, double beatMillis, double rosters, double rosterMillis, long errors, long wrong) {
        return new Knee.Held(1_000, recorded, beatMillis, rosters, rosterMillis, errors, wrong, new Usage(1, 1));
    }

    @Test
    void loadIsCarriedWithTheLastBeatsInTheBuffer() {
        assertThat(held(960, 100, 1_000, 100, 0, 0).failure()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "940, 1, 1000, 1, 0, 0, beats: 940 of",
        "1000, 1, 940, 1, 0, 0, rosters: 940 of",
        "1000, 101, 1000, 1, 0, 0, beats: one call in a hundred",
        "1000, 1, 1000, 101, 0, 0, rosters: one in a hundred",
        "1000, 1, 1000, 1, 1, 0, 1 calls failed",
        "1000, 1, 1000, 1, 0, 2, 2 statuses were wrong",
        "0, 0, 0, 0, 1, 0, 1 calls failed"
    })
    void toldIsWhatGaveWay(
            double recorded,
            double beatMillis,
            double rosters,
            double rosterMillis,
            long errors,
            long wrong,
            String failure) {
        assertThat(held(recorded, beatMillis, rosters, rosterMillis, errors, wrong)
                        .failure())
                .contains(failure);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--from=0", "--growth=0", "--stage=0"})
    void loadThatDoesNotGrowIsRefused(String option) {
        Arguments arguments = Arguments.parse(List.of(option), Knee.DEFAULTS);
        try (LoadScenario load = new LoadScenario(
                Backend.INMEMORY, Arguments.parse(List.of("--users=1000"), LoadScenario.defaults(Backend.INMEMORY)))) {
            assertThatThrownBy(() -> new Knee(load, arguments)).hasMessageContaining("at least 1");
        }
    }
}
