package dev.presence.benchmarks;

import java.util.Map;

/**
 * The required load times more and more, until it is not carried: until fewer calls are made than are due, or one in a hundred takes
 * more than {@value #MOST_MILLIS} ms. The users stay the same, and beat more often.
 */
final class Knee {
    /** Of the load at first in per cent of the required one, by how many per cent it grows each time, and how long each is held. */
    static final Map<String, Integer> DEFAULTS = Map.of("from", 50, "growth", 50, "stage", 15);

    private static final int MOST_MILLIS = 100;
    private static final double CARRIED = 0.97; // one beat in a hundred is of a user who has crashed
    private static final int SETTLING_SECONDS = 5;
    private static final int MOST_STAGES = 20;

    private final LoadScenario load;
    private final Arguments arguments;

    /**
     * @param arguments of the form of {@link #DEFAULTS}
     */
    Knee(LoadScenario load, Arguments arguments) {
        this.load = load;
        this.arguments = arguments;
    }

    void run() {
        load.begin();
        int seconds = arguments.get("stage");
        System.out.printf(
                "%n### More and more on %s%n%n| of the required load | due a second, each | beats/s | p99, ms | rosters/s | p50, ms | p99, ms |"
                        + " cores of the client | of the server |%n|---|---|---|---|---|---|---|---|---|%n",
                load);
        double factor = arguments.get("from") / 100.0;
        boolean carried = true;
        for (int stage = 0; carried && stage < MOST_STAGES; stage++) {
            LoadScenario.Stage held = load.stage(factor, stage == 0 ? load.warmup() : SETTLING_SECONDS, seconds);
            carried = isCarried(held, seconds);
            print(factor, held, seconds);
            factor *= 1 + arguments.get("growth") / 100.0;
        }
        load.end();
    }

    private static boolean isCarried(LoadScenario.Stage stage, int seconds) {
        double due = CARRIED * stage.perSecond() * seconds;
        return stage.beats().count() >= due
                && stage.rosters().count() >= due
                && stage.beats().millis(99) <= MOST_MILLIS
                && stage.rosters().millis(99) <= MOST_MILLIS;
    }

    private static void print(double factor, LoadScenario.Stage stage, int seconds) {
        System.out.printf(
                "| %.2f | %,.0f | %,d | %.2f | %,d | %.2f | %.2f | %.2f | %.2f |%n",
                factor,
                stage.perSecond(),
                stage.beats().count() / seconds,
                stage.beats().millis(99),
                stage.rosters().count() / seconds,
                stage.rosters().millis(50),
                stage.rosters().millis(99),
                stage.usage().clientCores(),
                stage.usage().serverCores());
    }
}
