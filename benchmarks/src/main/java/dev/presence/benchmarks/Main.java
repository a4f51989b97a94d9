package dev.presence.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the measurements; what it prints last is Markdown for {@code RESULTS.md}. */
public final class Main {
    private static final String USAGE = """
            java -jar benchmarks.jar COMMAND
              scorecard  every row that has to be shown, with a verdict, by all the commands below: over 2 hours
                         [--quick=1: smaller loads, without a verdict: under 5 minutes;
                          --store=inmemory|redis|postgres|h2: of one store only]
              quick   JMH with short iterations, and heap per user: under 3 minutes
              full    all of JMH, heap, load and lag: about 25 minutes
              in-process  beats and rosters in turn with the peers  [--users=1000000 --rounds=5 --seconds=5 --zipf=1]
              heap    heap per user                      [--users=1000000]
              load    the required load                  [--store=inmemory|redis|postgres|mariadb|h2 --users=1000000 --seconds=60 --warmup=10
                                                          --margin=250 (ms) --readers=1 (else 64) --view=0 (SQL: 1)
                                                          --flush=200 (ms)]
              knee    more and more of that load, until it is not carried; options as for it but --seconds, and
                                                         [--from=50 (%) --growth=50 (%) --stage=15 (s)]
              lag     detection lag                      [--store=inmemory|redis|postgres|mariadb|h2 --users=1000000 --seconds=30
                                                          --timeout=10 (s; else 60) --readers=1 (else 64) --view=0 (SQL: 1)]
              storm   all leave and come back within 1 s [--store=inmemory|redis|postgres|mariadb|h2 --users=100000
                                                          --rosters=1000], in a heap of your choice
              growth  beats, rosters, sweeps and heap from 10k users on, about 20 minutes
                                                         [--from=10000 --users=10000000 --step=10 --seconds=3 --rounds=5
                                                          --heap=13 (GB)]
              redis   all of these but the growth, on one Redis, about half an hour; options go to each that has them:
                redis-beats    beats a second, by hand and by us  [--users=1000000 --seconds=5 --rounds=3 --threads=2
                                                                   --depth=1000 --connections=1 --timeout=30 (s)]
                redis-memory   memory of the server per user      [--users=1000000]
                redis-roster   rosters of 10 a second             [--users=1000000 --threads=2 --rounds=3]
                redis-idle     what sweeping costs                [--users=1000000 --seconds=50 --timeout=120 (s)]
                redis-cluster  the share of each master           [--users=1000000]
                redis-growth   what more users cost               [--from=10000 --users=1000000 --step=10 --seconds=3
                                                                   --rounds=5]
              sql     all of these but the growth, on one PostgreSQL, 15 minutes; options go to each that has them:
                sql-beats      beats a second, by hand and by us  [--users=1000000 --seconds=5 --rounds=3 --threads=2
                                                                   --connections=1 --depth=4000 --fsync=1
                                                                   --timeout=3600 (s)]
                sql-size       HOT share and bytes per user       [--users=1000000 --beats=10000000 --depth=4000 --fsync=0]
                sql-roster     rosters of 10 a second, of a view  [--users=1000000 --threads=2 --rounds=3]
                sql-idle       what sweeping costs                [--users=1000000 --seconds=10 --timeout=60 (s) --fsync=1
                                                                   --depth=4000]
                sql-pool       how many connections are right     [--users=100000 --seconds=3 --callers=32 --fsync=1
                                                                   --depth=1000]
                sql-growth     what more users cost               [--from=10000 --users=1000000 --step=10 --seconds=3
                                                                   --rounds=5 --depth=4000 --fsync=0]
              node-death  one of two nodes is killed     [--store=redis|postgres --users=10000 --timeout=30 (s) --grace=5 (s)
                                                          --sweep=1000 (ms)]
              clients     idle clients of a host, and a turn  [--kind=sse|poll|ws (else all) --clients=10000 --rounds=6
                                                          --idle=25 (s)]
              latency     from a beat to the event       [--store=redis|postgres|inmemory --kind=sse|ws (else both)
                                                          --rounds=300]
              plots TABLE DIRECTORY                      draws such a table as benchmarks/growth.tsv
              jmh …   JMH with its own options, -h shows them
            """;

    private Main() {}

    /**
     * Runs one command.
     *
     * @param args the command and its options
     * @throws Exception if a benchmark fails
     */
    public static void main(String[] args) throws Exception {
        String command = args.length == 0 ? "help" : args[0];
        List<String> options = Arrays.asList(args).subList(Math.min(1, args.length), args.length);
        Bars bars = new Bars();
        switch (command) {
            case "quick" -> {
                JmhRuns jmh = new JmhRuns();
                jmh.quick();
                heading(args);
                jmh.print();
                jmh.judge(bars);
                heap(List.of(), bars);
            }
            case "full" -> {
                JmhRuns jmh = new JmhRuns();
                jmh.full();
                heading(args);
                jmh.print();
                jmh.judge(bars);
                heap(List.of(), bars);
                load(List.of(), bars);
                lag(List.of(), bars);
            }
            case "heap" -> {
                heading(args);
                heap(options, bars);
            }
            case "load" -> {
                heading(args);
                load(options, bars);
            }
            case "lag" -> {
                heading(args);
                lag(options, bars);
            }
            case "knee" -> {
                heading(args);
                knee(options);
                return;
            }
            case "storm" -> {
                heading(args);
                storm(options, bars);
            }
            case "scorecard" -> {
                heading(args);
                Scorecard scorecard = new Scorecard(options);
                Bars all = scorecard.run();
                scorecard.print(all);
                System.exit(scorecard.isFailed(all) ? 1 : 0);
            }
            case "plots" -> {
                if (options.size() != 2) {
                    System.out.print(USAGE);
                    System.exit(2);
                }
                GrowthPlots.draw(Path.of(options.get(0)), Path.of(options.get(1)));
                return;
            }
            case "jmh" -> {
                org.openjdk.jmh.Main.main(options.toArray(String[]::new));
                return;
            }
            default -> {
                if (RealTime.isCommand(command)) {
                    heading(args);
                    RealTime.run(command, options, bars);
                    break;
                }
                if (Measurements.isCommand(command)) {
                    heading(args);
                    Measurements.run(command, options, bars);
                    break;
                }
                System.out.print(USAGE);
                System.exit(command.equals("help") || command.equals("--help") ? 0 : 2);
            }
        }
        bars.print();
        String file = System.getProperty(Scorecard.FILE);
        if (file != null) {
            bars.save(Path.of(file));
        }
    }

    private static void heap(List<String> options, Bars bars) {
        Arguments arguments = Arguments.parse(options, Map.of("users", 1_000_000));
        HeapPerUser.Bytes bytes = new HeapPerUser(arguments.get("users")).measure();
        bars.atMost(
                "heap per user, default session",
                1.25,
                " x",
                bytes.ratio(),
                String.format(Locale.ROOT, "%.1f against %.1f B", bytes.ours(), bytes.peer()));
    }

    private static void load(List<String> options, Bars bars) {
        Backend backend = Backend.of(options);
        Arguments arguments = Arguments.parse(Backend.others(options), LoadScenario.defaults(backend));
        try (LoadScenario load = new LoadScenario(backend, arguments)) {
            LoadScenario.Outcome outcome = load.run();
            bars.atMost("required load, p99 of a roster", 10, " ms", outcome.readMillis(), "from the intended start");
            bars.none("required load, errors", outcome.errors());
            bars.none("required load, wrong statuses", outcome.wrong());
        }
    }

    private static void knee(List<String> options) {
        Backend backend = Backend.of(options);
        Map<String, Integer> known = new HashMap<>(LoadScenario.defaults(backend));
        known.remove("seconds"); // it has stages
        known.putAll(Knee.DEFAULTS);
        Arguments arguments = Arguments.parse(Backend.others(options), known);
        try (LoadScenario load = new LoadScenario(backend, arguments)) {
            new Knee(load, arguments).run();
        }
    }

    private static void lag(List<String> options, Bars bars) {
        Backend backend = Backend.of(options);
        Arguments arguments = Arguments.parse(Backend.others(options), LagScenario.defaults(backend));
        LagScenario.Outcome outcome = new LagScenario(backend, arguments).run();
        double lag = backend.mostLagMillis();
        double allAtOnce = backend.mostAllAtOnceMillis();
        bars.atMost("detection lag, 1 % a second, p99", lag, " ms", outcome.lagMillis(), "lapse to listener");
        bars.atMost(
                "all at once, until the last was heard", allAtOnce, " ms", outcome.allAtOnceMillis(), "from the lapse");
        bars.atMost("meanwhile, p99 of a roster", 50, " ms", outcome.readMillis(), "from the intended start");
        bars.atMost("meanwhile, p99 of a beat", 50, " ms", outcome.beatMillis(), "from the intended start");
        bars.none("lapses not heard of, or wrongly", outcome.unheardOrWrong());
        bars.none("meanwhile, errors", outcome.errors());
    }

    private static void storm(List<String> options, Bars bars) throws InterruptedException {
        Arguments arguments = Arguments.parse(Backend.others(options), StormScenario.defaults());
        StormScenario.Outcome outcome = new StormScenario(Backend.of(options), arguments).run();
        bars.atMost("storm, until all was told", 10_000, " ms", outcome.settledMillis(), "from the last reconnect");
        bars.atMost("storm, extra heap", 200, " MB", outcome.extraMegabytes(), "garbage included");
        bars.none("storm, wrong final states", outcome.wrong());
    }

    private static void heading(String[] args) throws IOException {
        System.out.printf(
                "%n%s, %d CPUs, %s; JDK %s, heap up to %,d MB; %s; `java -jar benchmarks/target/benchmarks.jar %s`%n",
                processor(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.version"),
                Runtime.getRuntime().maxMemory() >> 20,
                LocalDate.now(ZoneOffset.UTC),
                String.join(" ", args));
    }

    private static String processor() throws IOException {
        Path information = Path.of("/proc/cpuinfo");
        if (Files.isReadable(information)) {
            try (Stream<String> lines = Files.lines(information)) {
                return lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.replaceFirst(".*: ", ""))
                        .findFirst()
                        .orElse(System.getProperty("os.arch"));
            }
        }
        return System.getProperty("os.arch");
    }
}
