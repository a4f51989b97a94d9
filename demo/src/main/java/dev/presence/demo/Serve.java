package dev.presence.demo;

import ch.qos.logback.classic.Level;
import dev.presence.HeartbeatTracker;
import dev.presence.HeartbeatTrackerBuilder;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import dev.presence.Transition;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves presence over HTTP until it is stopped. */
@Command(
        name = "serve",
        description = {
            "Serves presence over HTTP until it is stopped, with a page to watch at /, and tells on standard error who comes and"
                    + " goes.",
            "DEMO ONLY: any caller can be any user, by ?as=u1 in the URL or by POST /demo/login?user=u1, which sets a signed"
                    + " cookie. Without either a call is answered with 401."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Serve implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(Serve.class);
    private static final ch.qos.logback.classic.Logger library =
            (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("dev.presence");
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);
    private static final int SIMULATED = 240;
    private static final Duration NO_TIME = Duration.ofMillis(1);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "where to listen; default: ${DEFAULT-VALUE}, so that only this machine gets in")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "0 takes any that is free; default: ${DEFAULT-VALUE}")
    private int port;

    @Mixin
    private StoreOptions options;

    @Option(
            names = "--heartbeat-interval",
            paramLabel = "DURATION",
            description = "how often clients are told to beat; default: a third of the timeout, so 10s")
    private @Nullable Duration heartbeatInterval;

    @Option(
            names = "--retention",
            paramLabel = "DURATION",
            defaultValue = "30d",
            description = "how long last seen is kept, 0s not at all; default: ${DEFAULT-VALUE}")
    private Duration retention;

    @Option(
            names = "--cookie-secret",
            paramLabel = "SECRET",
            description = "what cookies are signed with, so that they outlive the process; default: a random key")
    private @Nullable String cookieSecret;

    @Option(
            names = "--nodes",
            paramLabel = "NODES",
            defaultValue = "1",
            description =
                    "how many hosts to run on one store, each on a port of its own: --port and those after it; default:"
                            + " ${DEFAULT-VALUE}")
    private int nodes;

    @Option(
            names = "--simulated",
            paramLabel = "USERS",
            description = "how many simulated users come and go, so that there is something to see, 0 to 400;"
                    + " default: 240, and none on a server that you name")
    private @Nullable Integer simulated;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (nodes < 1) {
            throw new ParameterException(spec.commandLine(), "--nodes must be at least 1, not " + nodes);
        }
        List<String> names = simulatedNames();
        SignedCookie cookies = cookies(); // of all nodes
        // Closed in the opposite order: first nobody calls any more, then the tracker lets go of the store.
        try (OpenStore opened = options.open(settings());
                HeartbeatTracker tracker = tracker(opened.store(), 1, names);
                DemoServer server = server(tracker, 1, cookies, names);
                FurtherNodes others = new FurtherNodes();
                Simulation simulation = Simulation.start(tracker, opened.store(), names)) {
            for (int node = 2; node <= nodes; node++) {
                OpenStore same = options.openAgain(settings(), opened);
                HeartbeatTracker further = tracker(same.store(), node, names);
                int number = node;
                others.start(same, further, () -> server(further, number, cookies, names));
            }
            out.print(server.welcome());
            out.print(others.welcome());
            out.print(simulation.welcome());
            out.println("Ctrl-C ends it.");
            out.flush();
            awaitEnd();
            if (options.isOnOwnServer()) {
                library.setLevel(Level.OFF); // the server heard the signal too and is gone: no outage to tell of
            }
        } catch (IllegalArgumentException e) { // a setting that makes no sense; the message has the values
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        out.println("Stopped.");
        return 0;
    }

    private StoreSettings settings() {
        StoreSettings defaults = StoreSettings.defaults();
        return new StoreSettings(
                options.timeout(), defaults.grace(), retention, defaults.maximumSessions(), defaults.version());
    }

    private DemoServer server(HeartbeatTracker tracker, int node, SignedCookie cookies, List<String> names)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port == 0 ? 0 : port + node - 1);
        return DemoServer.start(tracker, cookies, address, names, options.timeout());
    }

    private List<String> simulatedNames() {
        Integer asked = simulated;
        int count = asked != null ? asked : options.isOnNamedServer() ? 0 : SIMULATED;
        if (count < 0 || count > SimulatedNames.MAXIMUM) {
            throw new ParameterException(
                    spec.commandLine(), "--simulated must be 0 to " + SimulatedNames.MAXIMUM + ", not " + count);
        }
        return SimulatedNames.of(count);
    }

    private HeartbeatTracker tracker(PresenceStore opened, int node, List<String> names) {
        HeartbeatTrackerBuilder builder = HeartbeatTracker.builder(opened);
        Duration interval = heartbeatInterval;
        if (interval != null) {
            builder.heartbeatInterval(interval);
        }
        if (options.isOnOwnServer()) {
            builder.closeTimeout(NO_TIME); // what would still be recorded goes with the server
        }
        HeartbeatTracker tracker = builder.build();
        String teller = nodes > 1 ? "node " + node + ": " : "";
        Set<String> untold = Set.copyOf(names); // they would be several lines a second
        var unused = tracker.addListener(transition -> {
            if (!untold.contains(transition.user())) {
                tell(teller, transition);
            }
        });
        return tracker;
    }

    private SignedCookie cookies() {
        String secret = cookieSecret;
        return secret == null ? SignedCookie.withRandomKey() : SignedCookie.withSecret(secret);
    }

    private static void tell(String teller, Transition transition) {
        log.info(
                "{}{} is {}",
                teller,
                transition.user(),
                transition.presence().name().toLowerCase(Locale.ROOT));
    }

    /**
     * Returns when the process is told to end, and keeps it from ending before this thread has cleaned up; or when whoever
     * runs the command interrupts it.
     */
    private static void awaitEnd() {
        Thread cleaner = Thread.currentThread();
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            end.countDown();
                            try {
                                cleaner.join(LONGEST_STOP.toMillis());
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "demo-stop"));
        try {
            end.await();
        } catch (InterruptedException e) {
            // the flag stays cleared, since closing may wait too
        }
    }
}
