package dev.presence.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The middle of what several turns brought; the mean of the two in the middle if their number is even. */
final class Medians {
    private Medians() {}

    static <T> double of(List<T> turns, ToDoubleFunction<T> value) {
        return of(turns.stream().mapToDouble(value));
    }

    /** One turn of each of two, held against each other. */
    static <T> List<Double> ratios(List<T> ones, List<T> others, ToDoubleFunction<T> value) {
        return IntStream.range(0, Math.min(ones.size(), others.size()))
                .mapToObj(turn -> value.applyAsDouble(ones.get(turn)) / value.applyAsDouble(others.get(turn)))
                .toList();
    }

    private static double of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
