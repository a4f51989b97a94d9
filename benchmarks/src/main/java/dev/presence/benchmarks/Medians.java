package dev.presence.benchmarks;

import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The middle of what several turns brought; the mean of the two in the middle if their number is even. */
final class Medians {
    private Medians() {}

    static <T> double of(List<T> turns, ToDoubleFunction<T> value) {
        return of(turns.stream().mapToDouble(value));
    }

    /** Of something that is made of one turn of each of two. */
    static <T> double of(List<T> ones, List<T> others, ToDoubleBiFunction<T, T> value) {
        return of(IntStream.range(0, Math.min(ones.size(), others.size()))
                .mapToDouble(turn -> value.applyAsDouble(ones.get(turn), others.get(turn))));
    }

    private static double of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
