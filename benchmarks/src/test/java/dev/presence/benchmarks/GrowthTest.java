package dev.presence.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class GrowthTest {
    private final Growth growth = growth("--users=1000000", "--step=100", "--rounds=3");

    private static Growth growth(String... options) {
        return new Growth("here", "bare", Arguments.parse(List.of(options), Growth.DEFAULTS));
    }

    private void inTurn(int users, double... ours) {
        Iterator<Double> next = List.of(99.0, ours[0], ours[1], ours[2]).iterator(); // the first turn warms up
        growth.inTurn(Growth.BEAT, users, next::next, () -> users / 10_000.0);
    }

    private boolean holds() {
        Bars bars = new Bars();
        growth.judge(bars);
        return bars.allHold();
    }

    private static List<String> names(XYChart chart) {
        return chart.getSeriesCollection().stream().map(XYSeries::getName).toList();
    }

    @Test
    void usersGrowByTheStepUpToTheMost() {
        assertThat(growth.users()).containsExactly(10_000, 1_000_000);
    }

    @Test
    void mostUsersAreMeasuredWhateverTheStep() {
        assertThat(growth("--from=10000", "--users=30000000").users())
                .containsExactly(10_000, 100_000, 1_000_000, 10_000_000, 30_000_000);
        assertThat(growth("--from=30000000", "--users=30000000").users()).containsExactly(30_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--from=0", "--step=1", "--users=9999"})
    void usersThatDoNotGrowAreRefused(String option) {
        assertThatThrownBy(() -> growth(option)).hasMessageContaining("at least");
    }

    @Test
    void oneNumberOfUsersIsNoGrowth() {
        inTurn(10_000, 1, 1, 1);
        Bars bars = new Bars();
        growth.judge(bars);
        assertThat(bars.isEmpty()).isTrue();
    }

    @Test
    void mayGrowHalfAsMuchAgainAsTheBareThing() {
        inTurn(10_000, 7, 1, 2);
        inTurn(1_000_000, 300, 1, 400);
        assertThat(growth.lines())
                .containsExactly(
                        "here\ta beat\tmicroseconds\t10000\t2.000\t1.000\tbare",
                        "here\ta beat\tmicroseconds\t1000000\t300.0\t100.0\tbare");
        assertThat(holds()).isTrue();
    }

    @Test
    void moreThanThatMissesTheBar() {
        inTurn(10_000, 2, 2, 2);
        inTurn(1_000_000, 301, 301, 301);
        assertThat(holds()).isFalse();
    }

    @Test
    void linesCanBeDrawn() {
        inTurn(10_000, 2, 2, 2);
        inTurn(1_000_000, 3, 3, 3);
        growth.add(Growth.SWEEP, Growth.MICROS, 10_000, List.of(5.0), List.of());
        assertThat(GrowthPlots.charts(growth.lines()))
                .extracting(XYChart::getTitle, GrowthTest::names)
                .containsExactly(
                        tuple(Growth.BEAT + ", here", List.of("ours", "bare")),
                        tuple(Growth.SWEEP + ", here", List.of("ours")));
    }

    @Test
    void commentsEmptyLinesAndNothingAreNotDrawn() {
        growth.add(Growth.SWEEP, Growth.MICROS, 10_000, List.of(0.0), List.of());
        assertThat(GrowthPlots.charts(growth.lines())).isEmpty();
        assertThat(GrowthPlots.charts(List.of("# where", ""))).isEmpty();
    }

    @Test
    void lineWithAColumnTooFewIsRefused() {
        assertThatThrownBy(() -> GrowthPlots.charts(List.of("here\ta beat\t10000\t2.000\t1.000\tbare")))
                .hasMessageContaining("not 7 columns: here");
    }

    @Test
    void unknownOptionsAreRefused() {
        assertThatThrownBy(() -> Arguments.parse(List.of("--user=1"), Map.of("users", 1)))
                .hasMessageContaining("--user=1");
    }
}
