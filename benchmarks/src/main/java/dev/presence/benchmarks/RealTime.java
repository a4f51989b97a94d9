package dev.presence.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is measured of hosts, their clients and the nodes beside them. */
final class RealTime {
    private static final Set<String> COMMANDS = Set.of("node-death", "clients", "latency");
    private static final String KIND = "--kind=";

    private RealTime() {}

    static boolean isCommand(String command) {
        return COMMANDS.contains(command);
    }

    static void run(String command, List<String> options, Bars bars) throws Exception {
        List<String> others = Backend.others(options).stream()
                .filter(option -> !option.startsWith(KIND))
                .toList();
        List<String> kinds = options.stream()
                .filter(option -> option.startsWith(KIND))
                .map(option -> option.substring(KIND.length()))
                .toList();
        Backend backend = Backend.of(options, Backend.REDIS);
        switch (command) {
            case "node-death" -> nodeDeath(backend, Arguments.parse(others, NodeDeath.DEFAULTS), bars);
            case "clients" -> {
                for (String kind : kinds.isEmpty() ? List.of("sse", "poll", "ws") : kinds) {
                    clients(kind, Arguments.parse(others, ClientsScenario.DEFAULTS), bars);
                }
            }
            default -> {
                for (String kind : kinds.isEmpty() ? List.of("sse", "ws") : kinds) {
                    latency(backend, kind, Arguments.parse(others, EventLatency.DEFAULTS), bars);
                }
            }
        }
    }

    private static void clients(String kind, Arguments arguments, Bars bars) throws Exception {
        ClientsScenario.Outcome outcome = new ClientsScenario(kind, arguments).run();
        bars.atMost(
                kind + ": until the last client heard of a turn",
                2_000,
                " ms",
                outcome.lastMillis(),
                String.format(Locale.ROOT, "half of them %.0f ms; %s", outcome.p50Millis(), outcome.memory()));
        bars.none(kind + ": turns that a client did not hear of", outcome.unheard());
    }

    private static void latency(Backend backend, String kind, Arguments arguments, Bars bars) throws Exception {
        EventLatency.Outcome outcome = new EventLatency(backend, kind, arguments).run();
        String what = kind + ", " + backend + ": from ";
        bars.atMost(what + "the beat to the event, p99", 1_000, " ms", outcome.comeP99(), half(outcome.comeP50()));
        bars.atMost(what + "leaving to the event, p99", 1_000, " ms", outcome.goP99(), half(outcome.goP50()));
    }

    private static String half(double millis) {
        return String.format(Locale.ROOT, "p50 %.1f ms", millis);
    }

    private static void nodeDeath(Backend backend, Arguments arguments, Bars bars) throws Exception {
        NodeDeath.Outcome outcome = new NodeDeath(backend, arguments).run();
        bars.atMost(
                "a node killed, until the last of its users was announced",
                outcome.mostMillis(),
                " ms",
                outcome.lastMillis(),
                "timeout + grace + 2 s");
        bars.none("users of it whom some node did not hear of", outcome.unannounced());
        bars.none("users of it who were announced or claimed other than once", outcome.repeated());
        bars.none("users who stayed or came back, and were announced offline", outcome.wrong());
    }
}
