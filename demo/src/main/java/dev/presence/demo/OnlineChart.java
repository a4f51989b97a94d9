package dev.presence.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TimeZone;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the online count over time. */
final class OnlineChart {
    private OnlineChart() {}

    static void write(OnlineCurve curve, Duration timeout, Path svg) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(1200)
                .height(500)
                .title("Users online, timeout " + timeout.toSeconds() + " s")
                .xAxisTitle("time (UTC)")
                .yAxisTitle("most in " + curve.resolution().toSeconds() + " s")
                .build();
        chart.getStyler()
                .setDefaultSeriesRenderStyle(XYSeriesRenderStyle.StepArea)
                .setDatePattern("MM-dd HH:mm")
                .setTimezone(TimeZone.getTimeZone("UTC"))
                .setLegendVisible(false);
        chart.addSeries("online", curve.times(), curve.counts()).setMarker(SeriesMarkers.NONE);
        try (OutputStream out = Files.newOutputStream(svg)) {
            ChartEncoder.saveChart(chart, out, "svg");
        }
    }
}
