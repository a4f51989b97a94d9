package dev.presence.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Draws what the growth commands measured, from a table with a line for each number of users: where, what, unit, users, ours, the
 * bare thing if it has this, and what it is.
 */
final class GrowthPlots {
    private static final int COLUMNS = 7;

    private record Row(String where, String what, String unit, double users, double ours, double bare, String peer) {
        static Row of(String line) {
            String[] parts = line.split("\t", -1);
            if (parts.length != COLUMNS) {
                throw new IllegalArgumentException("not " + COLUMNS + " columns: " + line);
            }
            return new Row(
                    parts[0],
                    parts[1],
                    parts[2],
                    Double.parseDouble(parts[3]),
                    Double.parseDouble(parts[4]),
                    parts[5].isEmpty() ? Double.NaN : Double.parseDouble(parts[5]),
                    parts[6]);
        }

        String title() {
            return what + ", " + where;
        }
    }

    private GrowthPlots() {}

    /** Writes one picture for each thing that was measured somewhere. */
    static void draw(Path table, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (XYChart chart : charts(Files.readAllLines(table))) {
            Path file = directory.resolve(name(chart.getTitle()) + ".svg");
            try (OutputStream out = Files.newOutputStream(file)) {
                ChartEncoder.saveChart(chart, out, "svg");
            }
            System.out.println(file);
        }
    }

    /** One for each thing that was measured somewhere. */
    static List<XYChart> charts(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(Row::of)
                .filter(row -> row.ours() > 0) // less than could be told; a logarithmic axis has no place for it
                .collect(Collectors.groupingBy(Row::title, LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(one -> chart(one.getKey(), one.getValue()))
                .toList();
    }

    private static String name(String title) {
        return "growth-" + title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    private static XYChart chart(String title, List<Row> rows) {
        XYChart chart = new XYChartBuilder()
                .width(640)
                .height(400)
                .title(title)
                .xAxisTitle("users")
                .yAxisTitle(rows.get(0).unit())
                .build();
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setYAxisLogarithmic(true)
                .setChartBackgroundColor(Color.WHITE)
                .setLegendPosition(LegendPosition.InsideNW);
        List<Double> users = rows.stream().map(Row::users).toList();
        chart.addSeries("ours", users, rows.stream().map(Row::ours).toList());
        if (!Double.isNaN(rows.get(0).bare())) {
            chart.addSeries(
                    rows.get(0).peer(), users, rows.stream().map(Row::bare).toList());
        }
        return chart;
    }
}
