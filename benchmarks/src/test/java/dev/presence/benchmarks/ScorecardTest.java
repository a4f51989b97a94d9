package dev.presence.benchmarks;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScorecardTest {
    @ParameterizedTest
    @ValueSource(strings = {"--store=inmemory", "--store=redis", "--store=postgres", "--store=h2", "--quick=1"})
    void isOfAllStoresOrOfOne(String option) {
        assertThatNoException().isThrownBy(() -> new Scorecard(List.of(option)));
    }

    @Test
    void saysWhatIsNotOnIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Scorecard(List.of("--store=mariadb")))
                .withMessageContaining("--store=mariadb");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Scorecard(List.of("--store=h2", "--quick=1")))
                .withMessageContaining("--quick=1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Scorecard(List.of("--store=oracle")))
                .withMessageContaining("postgres");
    }
}
