package dev.presence.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What has to be shown (DESIGN section 7), and what was measured. */
final class Bars {
    private final List<String> rows = new ArrayList<>();
    private boolean allHold = true;

    void atLeast(String what, double bar, double value, String note) {
        row(
                what,
                String.format(Locale.ROOT, ">= %.2f x", bar),
                String.format(Locale.ROOT, "%.2f x", value),
                value >= bar,
                note);
    }

    void atMost(String what, double bar, String unit, double value, String note) {
        row(
                what,
                String.format(Locale.ROOT, "<= %s%s", plain(bar), unit),
                String.format(Locale.ROOT, "%.2f%s", value, unit),
                value <= bar,
                note);
    }

    void atLeastPercent(String what, double bar, double value) {
        row(
                what,
                String.format(Locale.ROOT, ">= %s %%", plain(bar)),
                String.format(Locale.ROOT, "%.2f %%", value),
                value >= bar,
                "");
    }

    void none(String what, long count) {
        row(what, "0", Long.toString(count), count == 0, "");
    }

    private void row(String what, String bar, String value, boolean holds, String note) {
        allHold &= holds;
        rows.add("| " + what + " | " + bar + " | " + value + " | " + (holds ? "yes" : "**no**") + " | " + note + " |");
    }

    private static String plain(double bar) {
        return bar == Math.rint(bar) ? Long.toString((long) bar) : Double.toString(bar);
    }

    /** Prints the table. */
    void print() {
        System.out.printf("%n### Bars%n%n| what | bar | measured | holds | of |%n|---|---|---|---|---|%n");
        rows.forEach(System.out::println);
        System.out.println(allHold ? "\nAll bars hold." : "\nNot all bars hold.");
    }
}
