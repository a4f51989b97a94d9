package dev.presence.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replays a trace and sums up what came of it. */
@Command(
        name = "replay",
        description = {
            "Replays a trace of epoch_second,user lines (a header line is allowed) as heartbeats, on a clock that the trace"
                    + " drives, and charts how many users were online.",
            "The last line on standard output is beats=... users=... online=... offline=... peak=... where online and"
                    + " offline count transitions.",
            "A line that is malformed, or whose time is before that of the line before it or over a year after, is"
                    + " reported on standard error and skipped."
        },
        defaultValueProvider = Replay.Defaults.class,
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Replay implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int NO_FILE = 2;

    /** A longer timeout than that of {@link StoreOptions}, in which nothing else differs. */
    static final class Defaults implements IDefaultValueProvider {
        @Override
        public @Nullable String defaultValue(ArgSpec asked) {
            boolean isTimeout =
                    asked instanceof OptionSpec option && option.longestName().equals("--timeout");
            return isTimeout ? "300s" : null;
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the trace")
    private Path file;

    @Mixin
    private StoreOptions options;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            defaultValue = "online.svg",
            description = "where to write the chart; default: ${DEFAULT-VALUE}")
    private Path svg;

    @Override
    public Integer call() throws IOException {
        if (Files.isDirectory(file) || !Files.isReadable(file)) {
            spec.commandLine().getErr().println("demo: there is no file to read at " + file);
            return NO_FILE;
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (TraceReader trace = new TraceReader(Files.newInputStream(file), err::println)) {
            Beat first = trace.next();
            try (TraceReplay replay = start(first == null ? Instant.EPOCH : first.at())) {
                feed(replay, first, trace);
                ReplaySummary summary = replay.finish();
                if (trace.skipped() > 0) {
                    err.println("skipped=" + trace.skipped());
                }
                int status = draw(replay.curve(), err);
                out.println(summary);
                return status;
            }
        }
    }

    private TraceReplay start(Instant at) {
        try {
            return new TraceReplay(options::open, options.timeout(), at);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // main() sees to it
    private void feed(TraceReplay replay, @Nullable Beat first, TraceReader trace) throws IOException {
        try (ProgressBar bar = System.console() == null ? null : progressBar()) {
            for (Beat beat = first; beat != null; beat = trace.next()) {
                replay.beat(beat);
                if (bar != null) {
                    bar.stepTo(trace.bytes());
                }
            }
        }
    }

    private ProgressBar progressBar() throws IOException {
        return new ProgressBarBuilder()
                .setTaskName("replay")
                .setInitialMax(Files.size(file))
                .setUnit(" KB", 1_000)
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .build();
    }

    private int draw(OnlineCurve curve, PrintWriter err) {
        try {
            OnlineChart.write(curve, options.timeout(), svg);
            err.println("chart: " + svg.toAbsolutePath());
            return 0;
        } catch (IOException | RuntimeException | LinkageError | InternalError e) { // the last two: no fonts here
            err.println("demo: the chart could not be written to " + svg + ": " + e);
            return FAILED;
        }
    }
}
