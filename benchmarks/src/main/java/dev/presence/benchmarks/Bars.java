package dev.presence.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What has to be shown (DESIGN section 7), and what was measured. */
final class Bars {
    private static final String MEASURED = "measured";

    private final List<Row> rows = new ArrayList<>();

    /**
     * One line.
     *
     * @param what is measured
     * @param bar what it has to come to
     * @param value what it came to, the median where it was measured several times
     * @param range least and most of these; empty if there was one
     * @param holds whether it does
     * @param note what the value was made of
     */
    record Row(String what, String bar, String value, String range, boolean holds, String note) {
        private static final String SEPARATOR = "\t";

        private String line() {
            return String.join(SEPARATOR, what, bar, value, range, Boolean.toString(holds), note);
        }

        private static Row of(String line) {
            String[] parts = line.split(SEPARATOR, -1);
            return new Row(parts[0], parts[1], parts[2], parts[3], Boolean.parseBoolean(parts[4]), parts[5]);
        }
    }

    /** How often ours is the peer's, turn by turn. */
    void atLeast(String what, double bar, List<Double> ratios, String note) {
        double value = Medians.of(ratios, Double::doubleValue);
        double least = ratios.stream().min(Double::compare).orElse(0.0);
        double most = ratios.stream().max(Double::compare).orElse(0.0);
        row(
                what,
                String.format(Locale.ROOT, ">= %.2f x", bar),
                String.format(Locale.ROOT, "%.2f x", value),
                ratios.size() < 2 ? "" : String.format(Locale.ROOT, "%.2f to %.2f x", least, most),
                value >= bar,
                note);
    }

    void atMost(String what, double bar, String unit, double value, String note) {
        row(
                what,
                String.format(Locale.ROOT, "<= %s%s", plain(bar), unit),
                String.format(Locale.ROOT, "%.2f%s", value, unit),
                "",
                value <= bar,
                note);
    }

    void atLeastPercent(String what, double bar, double value) {
        row(
                what,
                String.format(Locale.ROOT, ">= %s %%", plain(bar)),
                String.format(Locale.ROOT, "%.2f %%", value),
                "",
                value >= bar,
                "");
    }

    void none(String what, long count) {
        row(what, "0", Long.toString(count), "", count == 0, "");
    }

    /** Something had to be measured, and was not. */
    void failed(String what, String why) {
        row(what, MEASURED, why, "", false, "");
    }

    private void row(String what, String bar, String value, String range, boolean holds, String note) {
        rows.add(new Row(what, bar, value, range, holds, note));
    }

    private static String plain(double bar) {
        return bar == Math.rint(bar) ? Long.toString((long) bar) : Double.toString(bar);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    boolean hasFailed() {
        return rows.stream().anyMatch(row -> row.bar.equals(MEASURED));
    }

    boolean allHold() {
        return rows.stream().allMatch(Row::holds);
    }

    /** Prints the table. */
    void print() {
        System.out.printf(
                "%n### Bars%n%n| what | bar | measured | least to most | holds | of |%n|---|---|---|---|---|---|%n");
        for (Row row : rows) {
            String holds = row.holds ? "yes" : "**no**";
            System.out.println(
                    "| " + String.join(" | ", row.what, row.bar, row.value, row.range, holds, row.note) + " |");
        }
        System.out.println(allHold() ? "\nAll bars hold." : "\nNot all bars hold.");
    }

    /** Prints what was measured, without a verdict. */
    void printFigures() {
        System.out.printf("%n### Figures%n%n| what | measured | least to most | of |%n|---|---|---|---|%n");
        for (Row row : rows) {
            System.out.println("| " + String.join(" | ", row.what, row.value, row.range, row.note) + " |");
        }
    }

    /** For another process. */
    void save(Path file) throws IOException {
        Files.write(file, rows.stream().map(Row::line).toList());
    }

    /** What another process saved. */
    void add(String prefix, Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            Row row = Row.of(line);
            row(prefix + row.what, row.bar, row.value, row.range, row.holds, row.note);
        }
    }
}
