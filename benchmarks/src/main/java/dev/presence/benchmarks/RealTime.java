package dev.presence.benchmarks;

import java.util.List;

/** What is measured of hosts, their clients and the nodes beside them. */
final class RealTime {
    private RealTime() {}

    static boolean isCommand(String command) {
        return command.equals("node-death");
    }

    static void run(String command, List<String> options, Bars bars) throws Exception {
        Backend backend = Backend.of(options, Backend.REDIS);
        List<String> others = Backend.others(options);
        nodeDeath(backend, Arguments.parse(others, NodeDeath.DEFAULTS), bars);
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
