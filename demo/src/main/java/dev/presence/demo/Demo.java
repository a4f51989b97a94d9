package dev.presence.demo;

import dev.presence.PresenceStoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the demo. */
@Command(
        name = "demo",
        description = "Heartbeat presence at work. Without a command, serve is run.",
        subcommands = {Serve.class, Replay.class},
        mixinStandardHelpOptions = true,
        version = "presence demo",
        synopsisSubcommandLabel = "[serve | replay]")
public final class Demo {
    private static final Set<String> OWN_OPTIONS = Set.of("-h", "--help", "-V", "--version");

    private Demo() {}

    /**
     * Runs the demo.
     *
     * @param args the command line; see {@code --help}
     */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true"); // for the chart, on servers
        System.setProperty("jdk.console", "java.base"); // the other kind, of JDK 22 to 24, takes a pipe for a terminal
        int status = run(commandLine(), args);
        if (status != 0) {
            System.exit(status);
        }
    }

    static CommandLine commandLine() {
        return new CommandLine(new Demo())
                .registerConverter(Duration.class, new DurationConverter()) // of all commands
                .registerConverter(StoreKind.class, new StoreKind.Converter())
                .setParameterExceptionHandler(Demo::askedWrongly)
                .setExecutionExceptionHandler(Demo::failed);
    }

    private static int askedWrongly(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        line.getErr().println("demo: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, line.getErr());
        line.getErr().println("See " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    /** What the machine or a store refuses is told in one line; what is wrong with the demo, with its trace. */
    private static int failed(Exception e, CommandLine line, ParseResult parsed) throws Exception {
        if (e instanceof IOException || e instanceof PresenceStoreException) {
            line.getErr().println("demo: " + e.getMessage());
            return e instanceof IOException
                    ? ExitCode.SOFTWARE
                    : ExitCode.USAGE; // a server that was named is not there
        }
        throw e;
    }

    /** Returns the exit status: 0 done, 1 failed, 2 asked wrongly. */
    static int run(CommandLine line, String... args) {
        boolean serve = args.length == 0 || (args[0].startsWith("-") && !OWN_OPTIONS.contains(args[0]));
        List<String> words = new ArrayList<>(Arrays.asList(args));
        if (serve) {
            words.add(0, "serve");
        }
        return line.execute(words.toArray(String[]::new));
    }
}
